"""What is damaged: a small file of every source, as the simulation writes it, and some of them packed."""

from __future__ import annotations

import gzip
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipelines.declarations import Declarations
from pipelines.declarations.decoding import Sheets
from pipelines.declarations.source import Source
from pipelines.errors import SalamatError
from pipelines.simulate.asked import asked_of
from pipelines.simulate.deliver import deliver
from pipelines.simulate.window import Window
from pipelines.simulate.world import Worlds

_WEEKS, _SCALE, _LINES = 2, 0.02, 60


@dataclass(frozen=True)
class Seed:
    """A good file: of which source, in which form (its format, or how it is packed), and its bytes."""

    source: str
    form: str
    data: bytes


def seeds(declared: Declarations, folder: Path, seed: int = 1) -> list[Seed]:
    """Write a file of every source that has something to say in two weeks; give them all."""
    worlds = Worlds(declared, Window(_WEEKS), seed, _SCALE)
    found = list[Seed]()
    for _, source in sorted(declared.sources.items()):
        found += _of(source, worlds, folder)
    return found


def _of(source: Source, worlds: Worlds, folder: Path) -> Iterator[Seed]:
    if source.decode.sheets != Sheets() or source.decode.merged:
        return  # of several sheets, or of merged cells, no other reader gives the same rows
    try:
        data = deliver(asked_of(source, worlds), "clean", folder / "sent", folder / "truth").path.read_bytes()
    except SalamatError:  # an epidemic so small that nothing happened there
        return
    form = "zip" if source.decode.zip else source.decode.format
    if form == "csv":
        data = _short(data, source)
    yield Seed(source.source, form, data)
    if form in {"csv", "ndjson"}:
        yield Seed(source.source, "gzip", gzip.compress(data, mtime=0))


def _short(data: bytes, source: Source) -> bytes:
    """Keep the first lines, where a line ends with a byte of its own."""
    if any(name.replace("-", "").lower().startswith("utf16") for name in source.decode.encoding):
        return data
    return b"".join(data.splitlines(keepends=True)[:_LINES])


def main(folder: Path, seed: int) -> None:
    """Write the good files and their list into a folder."""
    from pipelines.declarations import load_declarations  # noqa: PLC0415  the command's own need

    told = []
    for number, good in enumerate(seeds(load_declarations(), folder, seed)):
        (folder / f"good-{number}").write_bytes(good.data)
        told.append({"source": good.source, "form": good.form, "file": f"good-{number}"})
    (folder / "seeds.json").write_text(json.dumps(told), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
