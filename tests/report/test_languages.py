"""A report speaks one language. English stands in it only where it is marked as English."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from openpyxl import load_workbook
from rich.console import Console

from pipelines import errors
from pipelines.artefacts import Check, Finding, Verdict, overheard
from pipelines.declarations import Declarations, load_declarations
from pipelines.declarations.load import read_declarations
from pipelines.declarations.source import Source
from pipelines.declarations.vocabulary import english, plural_forms
from pipelines.declarations.wordings import Wording
from pipelines.declarations.write_words import write_rows
from pipelines.report import Speech, as_html, as_json, summary
from pipelines.report.phrasebook import Phrasebook
from pipelines.report.write_report import write_report

Sample = tuple[Verdict, Source, Speech]
Make = Callable[..., Sample]
PIPELINES = Path(__file__).parents[2] / "pipelines"
NOW = datetime(2026, 3, 5, 12, 0, tzinfo=UTC)
LANGUAGES = ["az", "kk", "ky", "tr", "uz", "uz-Cyrl", "hu", "tk", "ru"]
# The steps that write findings, what of them speaks to operators and never in a report, and errors of ours.
STEPS = ("archives", "child", "columnar", "decode", "documents", "harmonise", "validate", "workbook")
MODULES = [
    *(module for step in STEPS for module in sorted((PIPELINES / step).rglob("*.py"))),
    PIPELINES / "publish.py",
]
TO_OPERATORS = {"data_docs.py", "gx_duckdb.py"}
OUR_ERRORS = {name for name, kind in vars(errors).items() if isinstance(kind, type)} - {"Refused", "Superseded"}
SQL = re.compile(
    r"\b(SELECT|FROM|WHERE|CASE|CAST|NULL|AND|OR|AS|NOT|IS|IN|INTO|VARCHAR|OVER|BY|JOIN|COPY|reporting_country)\b"
)
# What phrases are filled with where it is not a number.
FILLED = dict.fromkeys(("field", "then", "fields", "key"), "sex")
FILLED |= {"resource": "Patient", "script": "Cyrillic", "thousands": "apostrophe"}
PSEUDO = """
qx:
  name: A language of one letter, to see what is not translated
  native_name: ж
  script: Cyrl
  locale: ru
  months: [ж1, ж2, ж3, ж4, ж5, ж6, ж7, ж8, ж9, жa, жb, жc]
  months_short: [ж1, ж2, ж3, ж4, ж5, ж6, ж7, ж8, ж9, жa, жb, жc]
"""
# What is the same in every language: names of ours, forms, units, what the file itself says.
OURS = {"salamat", "check", "json", "report", "UTC", "UTF-8", "SHA-256", "dd.MM.yyyy", "a.csv", "csv", "xlsx", "nbsp"}
OURS |= {"none", "MiB", "f" + "0f" * 31}


@pytest.fixture(scope="module")
def pseudo(tmp_path_factory: pytest.TempPathFactory) -> Declarations:
    """Declare a language in which every text is there, checked, and made of one letter."""
    folder = tmp_path_factory.mktemp("pseudo")
    (folder / "schemas").mkdir()
    (folder / "schemas/languages.yaml").write_text(PSEUDO, encoding="utf-8")
    declared = load_declarations(folder)
    file = folder / "schemas/words/qx.csv"
    texts = english(declared, "qx").items()
    write_rows(
        file, (Wording(*key, text, _one_letter(text), "N. N.", "2026-03-01", "", file, 0) for key, text in texts)
    )
    return load_declarations(folder)


def _one_letter(text: str) -> str:
    return re.sub(r"(\{\w+\})|[^\W\d_]", lambda found: found[1] or "ж", text)


def broken(declared: Declarations, expected: Sequence[str]) -> list[tuple[object, ...]]:
    """Break every rule once."""
    return [
        (rule, "value", row, "Жаңа", "99", expected[row % len(expected)], None, row)
        for row, rule in enumerate(declared.rules, 2)
    ]


def texts_of(sample: Sample, folder: Path) -> Iterator[str]:
    """Give the texts of the three forms: what of the page is not marked as English, the terminal, each cell."""
    page = as_html(*sample, "a.csv", "0f" * 32, NOW)
    page = re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)
    attributes = re.findall(r'(?:aria-label|data-name)="([^"]*)"', page)
    page = re.sub(r'<span[^>]*lang="en"[^>]*>.*?</span>', " ", page, flags=re.DOTALL)
    yield re.sub(r"<[^>]+>", " ", page) + " ".join(attributes)
    console = Console(width=700, highlight=False)  # wider than the longest line
    with console.capture() as captured:
        console.print(summary(*sample))
    yield re.sub(" {2,}", "  ", captured.get())
    _write_rows(sample[0])
    report = folder / "report.xlsx"
    write_report(*sample, "a.csv", "0f" * 32, NOW, report)
    book = load_workbook(report, read_only=True)
    yield "\n".join(book.sheetnames)
    every = (cell for sheet in book.worksheets for row in sheet.iter_rows(values_only=True) for cell in row)
    yield "\n".join(dict.fromkeys(cell for cell in every if isinstance(cell, str)))


def _write_rows(verdict: Verdict) -> None:
    """Write the rows that the workbook shows: as many as there are rules, each set aside for another reason."""
    assert verdict.harmonised
    rows = 2 * verdict.accounts.rows + 300
    extract = verdict.harmonised.extract
    pq.write_table(pa.table({name: ["ж"] * rows for name in extract.columns}), extract.path)
    fates = [*verdict.accounts.facts_by_fate, None]
    aside = [None if fates[n % len(fates)] == "accepted" else fates[n % len(fates)] for n in range(rows)]
    facts = pa.table({"source_row": range(2, rows + 2), "set_aside": pa.array(aside, "string")})
    pq.write_table(facts, verdict.harmonised.path)


def test_nothing_of_a_report_is_written_outside_the_words(
    pseudo: Declarations, make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.modules["pipelines.report.summary"], "LINES", 1000)
    texts = [text for identity, text in pseudo.report_words.phrases.items() if "." not in identity]
    phrases = [re.sub(r"\{(\w+)\}", lambda found: FILLED.get(found[1], "7"), text) for text in texts]
    reasons = zip(pseudo.rules, phrases, strict=False)
    checks = (*(Check(rule, "value", "flag", "warning", None, why) for rule, why in reasons),)
    verdict, source, _ = make(broken(pseudo, phrases))
    ours = {*pseudo.rules, *pseudo.fields, *pseudo.tables, *source.constants, *OURS}
    ours |= {source.source, "CASES", "SARSCOV2", "INCIDENT", "Patient"}
    few, _, _ = make(broken(pseudo, phrases)[:1])  # what another decision says beside is not said of each rule
    full = replace(verdict, decision="partly-accepted", checks=(*verdict.checks, *checks))
    for told in (full, replace(few, decision="held"), replace(few, decision="refused")):
        for text in texts_of((told, source, Speech(pseudo, "qx")), tmp_path):
            found = {name.strip("-/.") for name in re.findall(r"(?![A-Z]+\d+\b)[A-Za-z][A-Za-z0-9_/.-]{2,}", text)}
            assert {name for name in found if name.lower() not in {own.lower() for own in ours}} == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_english_leaks_into_the_report_of_another_language(
    language: str, declared: Declarations, make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.modules["pipelines.report.summary"], "LINES", 1000)
    speech = Speech(declared, language)
    verdict, source, _ = make(broken(declared, ["a whole number"]))
    said = {text for key, text in english(declared, language).items() if speech.says(*key) and " " in text}
    leaking = [re.sub(r"\{(\w+)\}.*", "", text) for text in said - the_same(declared, language)]
    for text in texts_of((verdict, source, speech), tmp_path):
        unmarked = re.sub(r"\[[^\]]*\]", "", text)
        leaked = [english_text for english_text in leaking if len(english_text) > 12 and english_text in unmarked]
        assert leaked == []


def the_same(declared: Declarations, language: str) -> set[str]:
    """Give the English that is the same in this language: a name such as `a PDF document` may be."""
    return {row.english for row in declared.wordings(language).values() if row.text == row.english}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_rule_is_told_in_every_language_with_its_english_until_it_is_checked(
    language: str, declared: Declarations
) -> None:
    speech = Speech(declared, language)
    for rule in declared.rules.values():
        told = speech.sentence(rule, Finding(rule.id, value="99", column="C"))
        row = declared.wordings(language).get(("rule", rule.id))
        current = row is not None and row.text and row.english == rule.sentence.en
        assert (told.text is not None) == bool(current)
        assert (told.english is None) == bool(current and row and row.checked)


def test_the_english_of_a_sentence_is_smaller_on_the_page_and_in_brackets_elsewhere(
    pseudo: Declarations, make: Make
) -> None:
    rows = pseudo.wordings("qx")
    key = ("rule", "unknown-place")
    unchecked = read_declarations(*pseudo.roots[1:])  # its own, to be changed
    unchecked.wordings("qx")[key] = replace(rows[key], checked_by="")
    verdict, source, _ = make()
    page = as_html(verdict, source, Speech(unchecked, "qx"), "a.csv", "0f" * 32, NOW)
    beside = '<span class="english" lang="en">No place of this state is known under the name Шымкент қ..</span>'
    assert beside in page
    assert page.count('class="english"') == 1
    console = Console(width=4000)
    with console.capture() as captured:
        console.print(summary(verdict, source, Speech(unchecked, "qx")))
    assert "[No place of this state is known under the name Шымкент қ..]" in captured.get()


def test_what_is_not_translated_is_told_in_english_and_marked(pseudo: Declarations, make: Make) -> None:
    part = read_declarations(*pseudo.roots[1:])  # its own, to be changed
    for key in (("rule", "unknown-place"), ("word", "heading.problems")):
        del part.wordings("qx")[key]
    page = as_html(*make()[:2], Speech(part, "qx"), "a.csv", "0f" * 32, NOW)
    assert '<h2 id="problems"><span lang="en">[Problems]</span></h2>' in page
    assert '<span class="english" lang="en">No place of this state' in page


def test_a_translation_of_an_english_that_has_changed_is_not_used(pseudo: Declarations) -> None:
    part = read_declarations(*pseudo.roots[1:])  # its own, to be changed
    key = ("word", "heading.problems")
    part.wordings("qx")[key] = replace(part.wordings("qx")[key], english="Trouble")
    assert Speech(part, "qx").word("heading.problems") == "[Problems]"


def test_the_page_says_its_language_and_writes_numbers_and_dates_as_it_does(declared: Declarations, make: Make) -> None:
    pages = {x: as_html(*make()[:2], Speech(declared, x), "a.csv", "0f" * 32, NOW) for x in ("tr", "ru", "hu", "en")}
    assert all(f'<html lang="{language}">' in page for language, page in pages.items())
    assert ">1.200<" in pages["tr"]
    assert all(">1\u00a0200<" in pages[language] for language in ("ru", "hu", "en"))
    assert "5 Mart 2026, 12:00 UTC" in pages["tr"]
    assert "5 марта 2026" in pages["ru"]
    assert "2026. március 5." in pages["hu"]


def test_a_cell_of_the_sender_is_never_taken_for_a_phrase(pseudo: Declarations, make: Make) -> None:
    verdict, source, _ = make([("not-a-number", "value", 3, "once", "a whole number", "a whole number", None, 1)])
    document = as_json(verdict, source, Speech(pseudo, "qx"), "a.csv", "0f" * 32)
    page = as_html(verdict, source, Speech(pseudo, "qx"), "a.csv", "0f" * 32, NOW)
    assert document["problems"][0]["value"] == "a whole number"
    assert '<bdi class="cell" translate="no">a whole number</bdi>' in page
    assert page.count("a whole number") == 2


def test_json_is_keyed_in_english_and_says_each_sentence_in_the_language_too(pseudo: Declarations, make: Make) -> None:
    verdict, source, _ = make()
    plain, local = (as_json(verdict, source, Speech(pseudo, language), "a.csv", "0f" * 32) for language in ("en", "qx"))
    assert (plain["lang"], local["lang"]) == ("en", "qx")
    for one, other in zip(plain["problems"], local["problems"], strict=True):
        assert one["sentence"] == other["sentence"] == one["sentence_local"]
        assert other["sentence_local"] != other["sentence"]
    for one, other in zip(plain["checks"], local["checks"], strict=True):
        assert one["why_not"] == other["why_not"] == one["why_not_local"]
        assert (other["why_not_local"] == other["why_not"]) == (other["why_not"] is None)
        assert other["why_not_id"] == one["why_not_id"] == ("needs-server" if one["why_not"] else None)
    told = {"lang", "problems", "notes", "checks"}
    assert {k: v for k, v in plain.items() if k not in told} == {k: v for k, v in local.items() if k not in told}


def test_a_language_has_the_plural_forms_that_it_needs(declared: Declarations) -> None:
    assert set(plural_forms(declared, "ru")) == {"one", "few", "many"}
    assert {plural_forms(declared, language) for language in ("az", "kk", "tr", "hu", "tk")} == {("one", "other")}


def phrases_in_code() -> Iterator[tuple[str, str]]:
    """Give each text of ours that a step may put into a report, with 7 for what it fills in.

    That is what stands in a finding, and all prose of the steps that write findings: it may reach one by way of a
    variable, an exception or a result. Left out are docstrings, SQL, and errors of ours, which no report shows.
    """
    for module in MODULES:
        if module.name not in TO_OPERATORS:
            tree = ast.parse(module.read_text(encoding="utf-8"))
            beside = {id(node) for part in _not_told(tree) for node in ast.walk(part)}
            told = {id(node) for part in _findings(tree) for node in _alternatives(part)}
            for node in ast.walk(tree):
                text = _literal(node)
                if text and id(node) not in beside and (id(node) in told or _is_prose(text)):
                    yield f"{module.name}:{getattr(node, 'lineno', 0)}", text


def _findings(tree: ast.Module) -> Iterator[ast.expr]:
    """Give what is put into the column, the value and the expectation of each finding."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Finding":
            yield from node.args[2:]
            yield from (part.value for part in node.keywords if part.arg in {"column", "value", "expected"})


def _alternatives(node: ast.expr) -> Iterator[ast.expr]:
    if isinstance(node, ast.BoolOp | ast.IfExp):
        parts = node.values if isinstance(node, ast.BoolOp) else [node.body, node.orelse]
        yield from (inner for part in parts for inner in _alternatives(part))
    else:
        yield node


def _not_told(tree: ast.Module) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and isinstance(node.body[0], ast.Expr):
            yield node.body[0]
        if isinstance(node, ast.JoinedStr):
            yield from node.values
        called = getattr(node.func, "id", getattr(node.func, "attr", "")) if isinstance(node, ast.Call) else ""
        if called in {"startswith", "execute", *OUR_ERRORS}:
            yield node


def _literal(node: ast.AST) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "7" for part in node.values)
    return None


def _is_prose(text: str) -> bool:
    """Whether a text has two words beside each other, and no word of SQL."""
    return bool(re.search(r"\b[a-z]+ [a-z]{2,}|\b[a-z]{2,} [A-Z7]|7 [a-z]{3,}", text)) and not SQL.search(text)


def test_every_phrase_of_a_finding_is_known_to_the_phrase_book(declared: Declarations) -> None:
    book = Phrasebook(declared.report_words.phrases, {}, str)
    found = list(phrases_in_code())
    assert len(found) > 150
    names = re.compile(r"7(, 7)*|U\+7|0x7|UTF-\d+|utf-8|JSON|Bundle|7: 7")
    said = [place for place in found if not names.fullmatch(place[1])]
    unknown = [place for place in said if not any(book.knows(place[1].replace("7", one)) for one in ("7", "a", "A"))]
    assert not unknown, "add them to `phrases` of schemas/words/report.yaml"


def test_what_fills_a_phrase_is_said_in_the_language_too(declared: Declarations) -> None:
    speech = Speech(declared, "tr")
    sent = speech.phrase("this source does not send onset_date, sex")
    assert sent == "bu kaynak şunu göndermiyor: belirti başlangıç tarihi, cinsiyet"
    form = speech.phrase("a whole number, decimal mark ',', thousands: nbsp")
    assert form == "tam sayı, ondalık işareti ',', binlik işareti: bölünmez boşluk"
    assert speech.phrase("р (U+0440, Cyrillic)") == "р (U+0440, Kiril)"
    assert speech.phrase("at most 12.5%") == "en çok %12,5"
    report, pathogen = speech.field("report_date"), speech.field("pathogen")
    beside = f"burada: {report} 14 Temmuz 2020, {pathogen} INFL"
    assert speech.phrase("here: report_date 2020-07-14, pathogen INFL") == beside
    ordered = speech.phrase("onset_date not after report_date; here: report_date 2020-07-14") or ""
    assert ordered.endswith(f"; burada: {report} 14 Temmuz 2020")
    assert speech.phrase("nbsp") == "nbsp", "alone it may be a sender's own word"


def test_a_list_that_is_too_long_says_how_many_entries_more_in_the_language_of_each_bracket(
    declared: Declarations,
) -> None:
    fields = ", ".join(list(declared.tables["case_counts"].fields)[:9])
    said = Speech(declared, "kk").expected(f"one row per {fields}", 60)
    assert re.search(r", \S.* және тағы \d$", said.text or "")
    assert said.english == "one row per region, geo_level, period_type, period_start and 5 more"
    assert Speech(declared, "en").expected("a" * 70, 60).text == "a" * 60 + "\u2026 (70 characters)"


def test_one_week_of_history_is_no_plural(declared: Declarations) -> None:
    told = "needs 1 week of history, and there is less"
    assert all(Speech(declared, x).phrase(told) not in {told, f"[{told}]"} for x in declared.languages if x != "en")


def test_what_a_library_says_of_a_file_is_quoted(declared: Declarations) -> None:
    said = Speech(declared, "tr").phrase(overheard(ValueError("Bad CRC-32 for file 'a'")))
    assert said == "okuyan program şunu bildiriyor: “Bad CRC-32 for file 'a'”"


def test_only_a_column_without_a_name_is_told_by_its_number(declared: Declarations) -> None:
    speech = Speech(declared, "tr")
    assert speech.column(Finding("unnamed-column", 1, "number 5", expected="a name")) == "5 numaralı"
    assert speech.column(Finding("missing-column", 1, "number 5", expected="number 5")) == "number 5"


def test_what_is_expected_and_what_a_fate_means_have_their_english_beside_them(
    declared: Declarations, pseudo: Declarations, make: Make
) -> None:
    place = "a place of the reporting state, by name or code"
    assert Speech(declared, "kk").expected(place).english == place
    assert Speech(pseudo, "qx").expected(place).english is None, "somebody has checked it"
    assert Speech(declared, "kk").expected("Облыс").english is None, "it is the sender's own word"
    assert Speech(declared, "en").expected(place).english is None
    console = Console(width=4000)
    with console.capture() as captured:
        console.print(summary(*make()[:2], Speech(declared, "kk")))
    assert "[accepted: will be published]" in captured.get()
    assert "[overtaken: a later row of this file says the same anew; the later one counts]" in captured.get()
    assert "[a place of the reporting state]" in captured.get()


def test_a_name_with_a_comma_is_told_from_the_comma_between_names(declared: Declarations) -> None:
    said = Speech(declared, "kk").phrase("this source does not send age_from_years, age_to_years, sex") or ""
    assert "“жас, бастап”, “жас, дейін”, жынысы" in said


def test_every_reason_why_checks_were_not_made_is_told_and_those_of_fields_together(make: Make) -> None:
    unsent = [f"this source does not send {fields}" for fields in ("sex", "onset_date, sex", "age_from", "age_to")]
    whys = [
        *unsent,
        "nothing has been published yet",
        "needs 8 weeks of history, there are 3",
        "no fact of the delivery has a sex",
        "needs cases of this state for these periods, and none are published",
        "needs facts with measure_type INCIDENT, period_type D/W, and the file has none",
    ]
    verdict, source, speech = make()
    checks = tuple(Check("future-date", None, "flag", "warning", None, why) for why in whys)
    console = Console(width=4000)
    with console.capture() as captured:
        console.print(summary(replace(verdict, checks=checks), source, speech))
    told = captured.get()
    assert "4: this source does not send age_from, age_to, onset_date, sex" in told
    assert all(f"1: {why}" in told for why in whys[4:])
    assert "for other reasons" not in told
