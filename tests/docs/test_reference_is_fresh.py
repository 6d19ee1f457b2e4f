"""The generated pages are what the declarations say, and every verb has its example."""

from __future__ import annotations

from pathlib import Path

from pipelines.declarations import load_declarations
from pipelines.declarations.reference import stale_pages

ROOT = Path(__file__).resolve().parents[2]


def test_the_reference_is_fresh() -> None:
    stale = stale_pages(load_declarations(), ROOT / "docs/reference")
    assert stale == [], f"run `make reference`: {[page.name for page in stale]}"


def test_every_verb_is_explained_by_an_example() -> None:
    text = (ROOT / "docs/reference/verbs.md").read_text(encoding="utf-8")
    verbs = text.split("\n## ")
    for name in ("Decode", "Mapping", "Unpivot", "Meaning", "KeepLast", "StaleAfter"):
        part = next(v for v in verbs if v.startswith(name))
        assert "Example" in part or "`dd.MM.yyyy`" in part, name


def test_the_example_of_the_docs_can_be_declared(tmp_path: Path) -> None:
    text = (ROOT / "docs/adding-a-source.md").read_text(encoding="utf-8")
    block = text.split("```yaml\n")[1].split("```")[0]
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
