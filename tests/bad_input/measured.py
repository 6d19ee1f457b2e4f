"""Check files one by one, each in a process of its own: `python -m tests.bad_input.measured FOLDER`.

A line of JSON for each: the rules that it broke, the seconds of the processor and the memory that it took at most, the
readers' children included. The declarations are read once, before.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from pipelines import flow
from pipelines.declarations import Declarations, load_declarations
from pipelines.settings import Settings

DECLARATIONS = Path(__file__).parent / "declarations"


def main(folder: Path) -> None:
    """Check every `SOURCE--NAME` of the folder, in which `+` stands for the slash of a source."""
    declared = load_declarations(DECLARATIONS)
    settings = Settings.from_environment({"SALAMAT_HOME": str(folder / "home"), "SALAMAT_THREADS": "2"})
    for file in sorted(f for f in folder.iterdir() if f.is_file()):
        reading, writing = os.pipe()
        process = os.fork()
        if not process:
            os.write(writing, json.dumps(checked(file, declared, settings)).encode())
            os._exit(0)
        _, status, used = os.wait4(process, 0)
        os.close(writing)
        rules = json.loads(os.read(reading, 1 << 16) or "null")
        os.close(reading)
        seconds, memory = used.ru_utime + used.ru_stime, used.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
        print(json.dumps([file.name, rules, seconds, memory, status]))  # noqa: T201  this is the answer


def silent(_: str) -> None:
    """Show no progress."""


def checked(file: Path, declared: Declarations, settings: Settings) -> list[str]:
    """Give the rules that a file breaks, each once."""
    source = file.name.partition("--")[0].replace("+", "/")
    outcome = flow.check(file, source, declared, settings, file.with_suffix(".work"), progress=silent)
    return sorted({finding.rule for finding in outcome.verdict.findings})


if __name__ == "__main__":
    main(Path(sys.argv[1]))
