"""Great Expectations' own pages: they say what the verdict says, no cell of a person, and fetch nothing."""

from __future__ import annotations

import re
import tempfile
from html.parser import HTMLParser
from pathlib import Path

import pytest

from pipelines import flow
from pipelines.artefacts import Verdict
from pipelines.declarations import Declarations
from pipelines.declarations.source import Source
from pipelines.errors import NoFacts, StoreError
from pipelines.settings import Settings
from pipelines.validate.data_docs import data_docs

HEAD = "Тіркеу нөмірі;Облыс;Жасы;Жынысы;Жағдай түрі;Аурудың басталған күні;Тіркелген күні"
SICK = [
    "ТІР-4417-Қ;Алматы;қырық бір;Әйел;1;17.03.2021;19.03.2021",
    "ТІР-4418-Ә;Астана;44;Қиялшыл;2;30.02.2021;21.03.2021",
    "ТІР-4419-Ұ;Шымкент;45;Ер адам;1;24.03.2021;23.03.2021",
]
IN_OUR_FORM = {"2021-03-17", "2021-03-19", "2021-03-21", "2021-03-24", "2021-03-23"}


def settings(home: Path) -> Settings:
    return Settings.from_environment({"SALAMAT_HOME": str(home)})


def verdict_on(lines: list[str], source: str, declared: Declarations, folder: Path) -> Verdict:
    """Write a line list as its source would, and let the whole path look at it."""
    wide = declared.sources[source]
    file = folder / "tirkelgen_2021.csv"
    file.write_text("\n".join(map(_full, [HEAD, *lines])) + "\n", encoding=wide.decode.encoding[0])
    return flow.check(file, source, declared, settings(folder / "home"), folder / "work").verdict


def _full(line: str) -> str:
    """Fill a line up with the columns that the source has beside those above."""
    more = ["Тексерілу себебі", "Медицина қызметкері", "Байланыста болған", "Қызба", "Жөтел", "Ауруханаға жатқызылған"]
    more += ["Ауруханаға жатқызылған күні", "Реанимация", "Реанимация күні", "Нәтижесі", "Нәтиже күні"]
    more += ["Қайтыс болған күні"]
    return ";".join([line, *(more if line == HEAD else [""] * len(more))])


@pytest.fixture(scope="module")
def sick(declared: Declarations, tmp_path_factory: pytest.TempPathFactory) -> Verdict:
    return verdict_on(SICK, "kz/cases", declared, tmp_path_factory.mktemp("sick"))


@pytest.fixture(scope="module")
def source(declared: Declarations) -> Source:
    return declared.sources["kz/cases"]


@pytest.fixture(scope="module")
def site(sick: Verdict, source: Source, declared: Declarations, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("docs")
    assert data_docs(sick, source, declared, settings(folder / "home"), folder / "site") == folder / "site/index.html"
    return folder / "site"


class Read(HTMLParser):
    """What a page says, and what a browser fetches to show it."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.fetched: list[str | None] = []
        self.links: list[str] = []
        self.said = ""
        self.feed(page.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in {"script", "link", "img", "iframe", "object"}:
            self.fetched.append(given.get("src") or given.get("href"))
        if tag == "a":
            self.links.append(str(given.get("href")))

    def handle_data(self, data: str) -> None:
        self.said += data


def test_no_cell_of_a_line_list_is_in_any_file(site: Path) -> None:
    cells = {cell for line in SICK for cell in line.split(";") if len(cell) > 3} | IN_OUR_FORM
    files = [file for file in site.rglob("*") if file.is_file()]
    assert len(cells) > 15
    assert len(files) > 5
    found = [(cell, f.name) for f in files for cell in cells if cell.encode() in (f.read_bytes() + f.name.encode())]
    assert found == []


def test_the_page_says_of_each_rule_what_the_verdict_says(site: Path, sick: Verdict) -> None:
    (page,) = site.glob("validations/**/*.html")
    said = re.sub(r"\s+", " ", Read(page).said)
    tried = [check for check in sick.checks if check.failed is not None]
    broken = {check.rule: check.failed for check in tried if check.failed}
    assert {"not-a-number", "not-a-date", "unknown-code", "onset-is-not-after-report"} <= set(broken)
    for check in tried:
        assert f"{check.rule} ({check.field}): " in said or f"{check.rule}: " in said
    for rule, count in broken.items():
        assert re.search(rf"{rule} [^:]*: [^{{}}]* {count} facts? break", said), rule
    assert f"Unsuccessful Expectations{sum(bool(c.failed) for c in tried)} " in said
    assert f"Evaluated Expectations{len(tried)} " in said


def test_what_follows_and_who_says_so_stand_beside_each_expectation(site: Path, declared: Declarations) -> None:
    (page,) = site.glob("expectations/*.html")
    said = re.sub(r"\s+", " ", Read(page).said)
    rule = declared.rules["onset-is-not-after-report"]
    assert rule.mend is not None
    for words in (rule.sentence.en, rule.mend.en, f"From: {rule.source}", "flag: a fact that breaks it is published"):
        assert words in said


def test_a_page_fetches_nothing_and_the_index_leads_to_each(site: Path) -> None:
    pages = {page: Read(page) for page in site.rglob("*.html")}
    assert {page: read.fetched for page, read in pages.items()} == {page: [] for page in pages}
    assert all("dataContextId" not in page.read_text(encoding="utf-8") for page in pages)
    led_to = {site / link for link in pages[site / "index.html"].links}
    assert set(pages) - {site / "index.html"} <= led_to


def test_nothing_is_left_behind_beside_the_folder(
    sick: Verdict, source: Source, declared: Declarations, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    before = {file: file.stat().st_mtime_ns for file in sick.files()}
    data_docs(sick, source, declared, settings(tmp_path / "home"), tmp_path / "site")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["scratch", "site"]
    assert list(scratch.iterdir()) == []
    assert {file: file.stat().st_mtime_ns for file in sick.files()} == before


def test_a_folder_that_holds_something_is_left_as_it_is(
    sick: Verdict, source: Source, declared: Declarations, tmp_path: Path
) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(StoreError, match="is not empty; name a new folder"):
        data_docs(sick, source, declared, settings(tmp_path / "home"), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_delivery_that_could_not_be_read_has_no_pages_and_says_so(
    source: Source, declared: Declarations, tmp_path: Path
) -> None:
    refused = verdict_on([SICK[0].replace("Алматы", '"Алматы')], "kz/cases", declared, tmp_path)
    assert refused.decision == "refused"
    with pytest.raises(NoFacts, match="refused before it had facts"):
        data_docs(refused, source, declared, settings(tmp_path / "home"), tmp_path / "site")
    assert not (tmp_path / "site").exists()
