"""A file without rows says nothing, unless its envelope says that there was nothing to report."""

from __future__ import annotations

from pipelines.artefacts import Delivery, Finding
from pipelines.errors import Refused


def check_rows(rows: int, delivery: Delivery, expected: str, row: int | None = None) -> None:
    """Hold the number of rows against the envelope. `row` is where the names stand. Raises Refused."""
    zero = delivery.envelope.reports_zero
    if not rows and not zero:
        raise Refused([Finding("no-rows", row, expected=expected)])
    if rows and zero:
        raise Refused([Finding("zero-report-has-rows", value=f"{rows} rows counted")])
