"""The extension point of the simulation: one module per shared table, which gives that table's facts for one source.

`draw/<table>.py` has one public function of the table's name:

    def lab_results(asked: Asked) -> Iterator[Columns]:

It yields `Columns`, one mapping of field → column for some of the facts, once or in several chunks. A column is a
numpy array (numbers; `datetime64` days; objects that are texts), an Arrow array, or a single value that all the facts
of the chunk share. Absent is None, NaN or NaT. Fields that the source does not send may be given and are left out;
`constants` of the source, defaults of the table and `geo_level` are filled in. A figure is never left out for being
unreported: `truth` does that, and leaves facts out that are later than `asked.as_of`.

Where the numbers come from: `asked.world` (see `pipelines.simulate.world`), never a generator of the module's own, so
that all sources of a state agree. For persons, `asked.world.people(asked.today)`, and `people.chance("a name")` for
whatever else is to be drawn of them. For figures by place and period, `by_place_and_period` of
`pipelines.simulate.figures`. For chance that concerns the source alone, `asked.chance("a use")`.
What a source can say: `asked.series`, `asked.places(field)`, `asked.codes(field)`, `asked.said`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from pipelines.errors import SalamatError
from pipelines.simulate.asked import Asked

Columns = Mapping[str, Any]
Draw = Callable[[Asked], Iterator[Columns]]


def draw(asked: Asked) -> Iterator[Columns]:
    """Give the facts of a source, chunk by chunk. Raises SalamatError where the table has no module here."""
    return module_of(asked.source.table)(asked)


def module_of(table: str) -> Draw:
    """Give the function that draws a table."""
    where = f"{__name__}.{table}"
    if find_spec(where) is None:
        raise SalamatError(
            f"the simulation draws no {table} yet: add pipelines/simulate/draw/{table}.py with a function "
            f"{table}(asked), as docs/adding-a-source.md says"
        )
    found: Draw = getattr(import_module(where), table)
    return found
