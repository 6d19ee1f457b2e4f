#!/bin/sh
# Makes what the services find when they start: tables, pools, roles, the first account. Everything here may run again.
set -eu
here=$(dirname "$0")

airflow db migrate
airflow pools import "$here/../dags/pools.json"

# A reviewer gets `Viewer` and this: an answer to a question, and nothing that could start, change or delete.
airflow roles create Reviewer
airflow roles add-perms Reviewer --resource "HITL Detail" --action can_read can_edit menu_access

# The password goes in by standard input, as if it were typed twice: an argument could be read by every process.
printf '%s\n%s\n' "$ADMIN_PASSWORD" "$ADMIN_PASSWORD" |
  airflow users create --role Admin --username admin --firstname Admin --lastname salamat --email admin@localhost

# The ledger's tables are made by whoever opens it first: here, so that two workers never do it at the same moment.
salamat status
