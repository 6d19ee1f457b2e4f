"""How many columns of the simulated sources a draft gets right, and which it does not.

`python -m tests.draft.measured [--first-sight] [SOURCE ...]` prints the figure of each source, and of each column that
is not right what it is, and what was drafted.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from pipelines.artefacts import Workspace
from pipelines.declarations import Declarations, load_declarations
from pipelines.declarations.source import declared_columns
from pipelines.draft import Wanted, draft
from pipelines.errors import Refused
from pipelines.settings import Settings
from pipelines.simulate.asked import asked_of
from pipelines.simulate.deliver import deliver
from pipelines.simulate.window import Window
from pipelines.simulate.world import Worlds
from tests.draft.held_against import Held, held, told
from tests.draft.held_out import without

WEEKS, SEED = 4, 5  # of three rows of a weekly file that only rise, nobody knows whether they are totals


def measured(
    name: str, file: Path, declared: Declarations, settings: Settings, folder: Path, *, first_sight: bool
) -> list[Held]:
    """Draft a simulated file of a source, hold it against the declaration, and print the figure."""
    source = declared.sources[name]
    taught = without(name, declared, folder / "taught") if first_sight else declared
    try:
        made = draft(file, Wanted(name[:2], source.table), taught, settings, Workspace(folder / "draft"))
    except Refused as refused:  # what cannot be drafted is right in nothing
        print(f"{name:28} is not drafted: {refused}")  # noqa: T201
        return [Held(column, "asked", "question", "") for column in declared_columns(source)]
    found = held(made, source, file, declared, settings, folder)
    print("\n".join(told(name, found)), flush=True)  # noqa: T201  the figure per source is the result
    return found


def written(name: str, declared: Declarations, worlds: Worlds, folder: Path) -> Path:
    """Write a clean file of a source."""
    return deliver(asked_of(declared.sources[name], worlds), "clean", folder / "in", folder / "truth").path


def figure(every: Sequence[Held]) -> str:
    """Say how many are right, asked, wrong, and wrong for certain."""
    how = Counter(h.how for h in every)
    certain = sum(h.how == "wrong" and h.confidence == "certain" for h in every)
    share = f"{how['right']} of {len(every)} columns right ({how['right'] / max(1, len(every)):.1%})"
    return f"{share}, {how['asked']} asked, {how['wrong']} wrong, {certain} of them certain"


def main(arguments: Sequence[str], say: Callable[[str], object] = print) -> None:
    """Measure the sources that are named, or all."""
    declared = load_declarations()
    names = [a for a in arguments if not a.startswith("--")] or sorted(declared.sources)
    worlds, every = Worlds(declared, Window(WEEKS), seed=SEED), list[Held]()
    for name in names:
        with TemporaryDirectory() as folder:
            settings = Settings.from_environment({"SALAMAT_HOME": f"{folder}/home"})
            file, sight = written(name, declared, worlds, Path(folder)), "--first-sight" in arguments
            every += measured(name, file, declared, settings, Path(folder), first_sight=sight)
    say(figure(every))


if __name__ == "__main__":
    main(sys.argv[1:])
