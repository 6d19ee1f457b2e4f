"""The tool of the field: adtl maps the same columns, row by row in Python, in an environment of its own.

It checks nothing here, which is in its favour. Its dependencies never mix with ours: the parent makes the environment
and writes the specification, and this module runs again inside it, which is why it imports nothing but the standard
library and our own tables.
"""

from __future__ import annotations

import csv
import importlib
import json
import os
import sys
from itertools import islice
from pathlib import Path

from bench.columns import COLUMNS, DATE_FORMAT, DELIMITER, Column
from bench.measure import ADTL, StepError, measured, run, step_arguments

VERSION = "0.13.4"
TABLE = "cases"
SPECIFICATION = "adtl.toml"
INSTALL_SECONDS = 600
PIP_QUIETLY = ("--quiet", "--disable-pip-version-check")

HEAD = f"""
[adtl]
name = "line list"
description = "An invented line list"
defaultDateFormat = "{DATE_FORMAT}"

[adtl.tables.{TABLE}]
kind = "groupBy"
groupBy = "case_id"
aggregation = "lastNotNull"

[{TABLE}]
"""


def main() -> None:
    """Run in adtl's own environment; making the parser is not counted, reading and mapping are."""
    file, folder, rows = step_arguments()
    adtl = importlib.import_module("adtl")
    parser = adtl.Parser(folder / SPECIFICATION, quiet=True)
    with file.open(encoding="utf-8", newline="") as lines, measured(ADTL, rows) as span:
        parser.parse_rows(islice(csv.DictReader(lines, delimiter=DELIMITER), rows), file.name, rows)
        span.note = f"adtl {VERSION}, mapping only, {len(COLUMNS)} columns"
    if not any(parser.read_table(TABLE)):
        raise SystemExit("adtl: nothing was mapped")


def prepare(cache: Path, folder: Path) -> str:
    """Make adtl's environment, once, and its specification; give the Python to run it with."""
    folder.joinpath(SPECIFICATION).write_text(specification(), encoding="utf-8")
    environment = cache / "adtl-venv"
    python = environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not _has_adtl(python):
        run([sys.executable, "-m", "venv", "--clear", str(environment)])
        run([str(python), "-m", "pip", "install", *PIP_QUIETLY, f"adtl=={VERSION}"], INSTALL_SECONDS)
    return str(python)


def specification() -> str:
    """Write the mapping of the thirty columns in adtl's own words."""
    return HEAD + "\n".join(f"{column.field} = {_rule(column)}" for column in COLUMNS) + "\n"


def _rule(column: Column) -> str:
    """Write one field's rule; JSON's strings are TOML's too."""
    parts = {"field": json.dumps(column.header, ensure_ascii=False)}
    if column.kind == "date":
        parts["source_date"] = json.dumps(DATE_FORMAT)
    if column.words:
        pairs = (f"{json.dumps(w, ensure_ascii=False)} = {json.dumps(code)}" for w, code in column.words.items())
        parts["values"] = "{ " + ", ".join(pairs) + " }"
    return "{ " + ", ".join(f"{key} = {value}" for key, value in parts.items()) + " }"


def _has_adtl(python: Path) -> bool:
    """Ask the environment of an earlier run whether it is whole."""
    ask = f"import adtl, importlib.metadata as m; raise SystemExit(m.version('adtl') != '{VERSION}')"
    if not python.exists():
        return False
    try:
        run([str(python), "-c", ask])
    except StepError:
        return False
    return True


if __name__ == "__main__":
    main()
