"""`python -m pipelines` is `salamat`."""

from pipelines.cli import main

main()
