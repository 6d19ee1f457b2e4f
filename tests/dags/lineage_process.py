"""Airflow in a process of its own: what lies in the arrivals is taken in, and every DAG that this starts is run."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from demo.embedded import Embedded, environment, output_to


def main() -> None:
    """Run the arrivals and what they start, within the home given; the states of the runs go to the terminal."""
    home = Path(sys.argv[1])
    os.environ.update(environment(home))
    with output_to(home / "airflow.log") as terminal:
        embedded = Embedded()
        embedded.run("arrivals")
        for ran in embedded.run_queued():
            os.write(terminal, f"{ran.dag_id} {ran.state}\n".encode())


if __name__ == "__main__":
    main()
