"""The column names of a sheet: its first rows are looked at one after the other, until the names are known."""

from __future__ import annotations

from collections.abc import Collection

from pipelines.artefacts import Finding
from pipelines.errors import Refused
from pipelines.headings import LOOKED_AT, best_start, joined
from pipelines.workbook.job import Heading
from pipelines.workbook.merged import Area, spans_of


class Naming:
    """Finds the names where they are declared to stand, or where they are looked for.

    `names` is None until they are known; `rows` are then the rows in which they stand, and none where they stand
    nowhere in the sheet. They are `partial` where they were looked for and no row has all of them.
    """

    def __init__(self, heading: Heading, areas: Collection[Area]) -> None:
        self.heading, self.areas = heading, areas
        self.seen: dict[int, list[str]] = {}
        self.storeys = 0 if heading.columns else heading.rows
        self.rows = self._rows_below(heading.above or 0)
        self.names = heading.columns or None
        self.partial = False

    def is_title(self, row: int) -> bool:
        """Whether a row is known to stand above the names."""
        return self.heading.above is not None and row < self.rows.start

    def is_behind(self, row: int) -> bool:
        """Whether a row stands below the place of the names, though nothing has been taken for them yet."""
        return self.heading.above is not None and self.names is None and row >= self.rows.stop

    def look(self, row: int, cells: list[str]) -> None:
        """Look at a row that holds something."""
        self.seen[row] = [cell.strip() for cell in cells]
        if self.heading.above is not None:
            if row == self.rows.stop - 1:
                self.take()
            return
        named = self._joined(row - self.storeys) if row >= self.storeys else ()
        if self.heading.wanted <= set(named):
            self._take_below(row - self.storeys)
        elif row >= LOOKED_AT + self.storeys - 1:
            self.take()

    def take(self) -> None:
        """Take what was seen for the names. Raises Refused where there is nothing."""
        if self.heading.above is not None:
            if not any(map(any, self.seen.values())):
                raise self._nothing()
            self._take_below(self.heading.above)
            return
        starts = range(min(max(self.seen, default=0), LOOKED_AT))
        best = best_start([self._joined(above) for above in starts], self.heading.wanted)
        if best is None:
            raise self._nothing()
        self._take_below(best)
        self.partial = True

    def lacks(self) -> bool:
        """Whether names that are wanted are not there."""
        return not self.heading.wanted <= set(self.names or ())

    def refuse_elsewhere(self, row: int, cells: list[str]) -> None:
        """Raise Refused where a row below has all the names that are wanted."""
        if row <= LOOKED_AT and self.heading.wanted <= {cell.strip() for cell in cells}:
            agreed = f"row {self.rows.stop - 1}"
            raise Refused([Finding("header-elsewhere", row, expected=agreed)])

    def check_first_row(self, row: int, cells: list[str]) -> None:
        """Refuse names in the first row of values, where they are said to stand nowhere."""
        columns = set(self.heading.columns)
        if columns and len(columns & {cell.strip() for cell in cells}) * 2 >= len(columns):
            said = ", ".join(cell.strip() for cell in cells)
            raise Refused([Finding("unexpected-header", row, value=said, expected="rows of values")])

    def _rows_below(self, above: int) -> range:
        return range(above + 1, above + 1 + self.storeys)

    def _take_below(self, above: int) -> None:
        self.rows = self._rows_below(above)
        self.names = tuple(name or self.heading.unnamed for name in self._joined(above))

    def _joined(self, above: int) -> tuple[str, ...]:
        rows = self._rows_below(above)
        spans = [spans_of(self.areas, row) for row in rows]
        return joined([self.seen.get(row, []) for row in rows], self.heading.joined_by, spans)

    def _nothing(self) -> Refused:
        if self.heading.above == 0 and self.storeys == 1:
            return Refused([Finding("no-header", row=1, expected="column names in the first row")])
        row = None if self.heading.above is None else self.rows.start
        return Refused([Finding("header-not-found", row, expected=", ".join(sorted(self.heading.wanted)))])
