"""Our path over the line list: decode, harmonise, validate, publish, each and together. GX's import is apart."""

from __future__ import annotations

import importlib
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from bench.measure import TOGETHER, measured, step_arguments
from pipelines import lake
from pipelines.artefacts import Delivery, Workspace
from pipelines.declarations import load_declarations
from pipelines.decode import decode
from pipelines.harmonise import harmonise
from pipelines.publish import publish
from pipelines.settings import Settings
from pipelines.validate import validate

DECLARATIONS = Path(__file__).resolve().parent / "declarations"
SOURCE = "kz/line_list"


def main() -> None:
    """Run in the step's own process."""
    file, folder, rows = step_arguments()
    with measured("path import of Great Expectations", 0):
        importlib.import_module("pipelines.validate.gx_duckdb")
    with measured("path declarations", 0):
        declared = load_declarations(DECLARATIONS)
    settings = Settings.from_environment({"SALAMAT_HOME": str(folder)})
    source, now = declared.sources[SOURCE], datetime.now(UTC)
    delivery = Delivery("bench", SOURCE, file.name, file.resolve(), "0" * 64, file.stat().st_size, now)
    workspace = Workspace(Path(tempfile.mkdtemp(dir=folder)))
    with measured(TOGETHER, rows) as together:
        with measured("path decode", rows):
            extract = decode(delivery, source, workspace, settings)
        with measured("path harmonise", rows):
            harmonised = harmonise(extract, source, declared, workspace, settings)
        with measured("path validate", rows) as span:
            verdict = validate(harmonised, source, declared, workspace, settings)
            span.note = f"{sum(c.failed is not None for c in verdict.checks)} rules"
        with measured("path publish", rows), lake.opened(settings) as opened:
            publication = publish(verdict, source, declared, opened, lambda: now)
        together.note = (
            f"{publication.inserted:,} facts published, {verdict.accounts.facts_by_fate.get('rejected', 0):,} rejected"
        )


if __name__ == "__main__":
    main()
