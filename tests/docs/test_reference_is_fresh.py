"""The generated pages are what the declarations say, and every verb has its example."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.declarations import load_declarations
from pipelines.declarations.reference import stale_pages

ROOT = Path(__file__).resolve().parents[2]


def test_the_reference_is_fresh() -> None:
    stale = stale_pages(load_declarations(), ROOT / "docs/reference")
    assert stale == [], f"run `make reference`: {[page.name for page in stale]}"


VERBS = "arrives extends constants map unpivot ignore out_of_scope total_of_parts keep_last_per stale_after repair"
VERBS += " not_collected corrections language reports_on provenance from read zone codes nothing until into name_is"
VERBS += " by over connection path give_up_after"
VERBS += " format encoding delimiter decimal thousands short_row matching cron timezone late_after"


@pytest.mark.parametrize("verb", VERBS.split())
def test_every_verb_is_explained_by_an_example(verb: str) -> None:
    text = (ROOT / "docs/reference/verbs.md").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line.startswith(f"| `{verb}` |")]
    assert lines, verb
    assert any("Example" in line or "`dd.MM.yyyy`" in line or "see " in line for line in lines), lines


def test_the_example_of_the_docs_can_be_declared(tmp_path: Path) -> None:
    text = (ROOT / "docs/adding-a-source.md").read_text(encoding="utf-8")
    whole = next(block for block in text.split("```yaml\n") if block.startswith("# schemas/sources/"))
    block = whole.split("```")[0]
    file = tmp_path / "schemas/sources/kz/weekly_counts.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(block, encoding="utf-8")
    assert "kz/weekly_counts" in load_declarations(tmp_path).sources


def test_every_page_that_is_linked_exists() -> None:
    for page in (ROOT / "README.md", *(ROOT / "docs").rglob("*.md")):
        for link in page.read_text(encoding="utf-8").split("](")[1:]:
            target = link.split(")")[0].split("#")[0]
            if target and "://" not in target:
                assert (page.parent / target).exists(), f"{page.name} links to {target}"
