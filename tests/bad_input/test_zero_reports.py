"""Line 100 of the list: a file without rows, of which it is said that there was nothing to report, is a report."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from pipelines.artefacts import Envelope
from pipelines.flow import Outcome
from pipelines.report import exit_code
from tests.bad_input.texts import HEADER

Check = Callable[..., Outcome]
JULY = Envelope("zero_report", (date(2020, 7, 1), date(2020, 7, 31)))
TO_COME = Envelope("zero_report", (date(2020, 7, 27), date(2020, 8, 3)))  # received on 1 August

CASES = [
    pytest.param("", JULY, "accepted", "zero-reported", "2020-07-01 to 2020-07-31", id="header only"),
    pytest.param("\r\n", JULY, "accepted", "zero-reported", "2020-07-01 to 2020-07-31", id="header and a line end"),
    pytest.param("\n\n\n", JULY, "accepted", "zero-reported", None, id="header and blank lines"),
    pytest.param("\n01.07.2020;Абай облысы;Жұқтырғандар;0;", JULY, "refused", "zero-report-has-rows", "1 rows counted",
                 id="a row that says zero, and a package too"),
    pytest.param("", TO_COME, "refused", "zero-report-too-early", "2020-07-27 to 2020-08-03", id="days to come"),
    pytest.param("", Envelope(), "refused", "no-rows", None, id="nothing said"),
]  # fmt: skip


@pytest.mark.parametrize(("rest", "envelope", "decision", "rule", "value"), CASES)
def test_it_is_a_report_only_where_its_package_says_so(
    rest: str, envelope: Envelope, decision: str, rule: str, value: str | None, checked: Check
) -> None:
    verdict = checked((HEADER + rest).encode(), envelope=envelope).verdict
    assert (verdict.decision, exit_code(verdict)) == (decision, 0 if decision == "accepted" else 1)
    (found,) = (found for found in verdict.findings if found.rule == rule)
    assert value is None or found.value == value
    assert {f.rule for f in verdict.findings} <= {rule, "blank-row"}
    assert (verdict.accounts.rows, verdict.accounts.facts, verdict.accounts.balanced()) == (0, 0, True)
