"""Tell whether a part of Airflow is alive: python deploy/healthy.py scheduler.

The api-server's health page knows the last heartbeat of each part. Asking it needs nothing but Python, where
`airflow jobs check` loads all of Airflow, for a question that is asked twice a minute for years.
"""

from __future__ import annotations

import json
import sys
from urllib.request import urlopen

PAGE = "http://api-server:8080/api/v2/monitor/health"


def healthy(part: str) -> bool:
    """Ask the health page for metadatabase, scheduler, triggerer or dag_processor; an error is for Docker to show."""
    with urlopen(PAGE, timeout=10) as answer:
        told = json.load(answer)
    return bool(told[part]["status"] == "healthy")


if __name__ == "__main__":
    sys.exit(0 if healthy(sys.argv[1]) else f"{sys.argv[1]} is not healthy")
