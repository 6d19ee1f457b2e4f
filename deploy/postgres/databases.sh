#!/bin/sh
# Makes the roles and databases, once, when the data folder is new (the image of PostgreSQL runs what lies in
# /docker-entrypoint-initdb.d). Airflow and salamat cannot see each other's. Passwords come from the environment and
# are never an argument, which every process could read.
set -eu

psql --no-psqlrc --set ON_ERROR_STOP=1 --quiet --username postgres --dbname postgres <<'SQL'
\getenv airflow_password AIRFLOW_DATABASE_PASSWORD
\getenv salamat_password SALAMAT_DATABASE_PASSWORD
CREATE ROLE airflow LOGIN PASSWORD :'airflow_password';
CREATE ROLE salamat LOGIN PASSWORD :'salamat_password';
CREATE DATABASE airflow OWNER airflow;
CREATE DATABASE ledger OWNER salamat;
CREATE DATABASE lake OWNER salamat;
REVOKE ALL ON DATABASE airflow, ledger, lake, postgres FROM PUBLIC;
SQL
