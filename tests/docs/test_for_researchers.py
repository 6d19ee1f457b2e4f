"""The researchers' page shows the ten queries of a release, word for word; tests/release runs them."""

from __future__ import annotations

import re
from pathlib import Path

from pipelines.release.queries import EXAMPLES

PAGE = Path(__file__).parents[2] / "docs" / "for-researchers.md"


def test_the_page_shows_each_query_of_a_release() -> None:
    shown = re.findall(r"### \d+\. (.*?)\n\n```sql\n(.*?)\n```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert shown == [(example.question, example.sql) for example in EXAMPLES]
