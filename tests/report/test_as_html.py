from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest

from pipelines.artefacts import Finding, Verdict
from pipelines.declarations.source import Source
from pipelines.report import Speech, as_html

Sample = tuple[Verdict, Source, Speech]
Make = Callable[..., Sample]
SHA256 = "0f" * 32
NOW = datetime(2026, 3, 5, 12, 0, tzinfo=UTC)
EVIL = ("<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "' onmouseover='alert(1)", "{{ 7*7 }}")
VOID = {"meta", "br", "img", "link", "input", "hr"}


class Page(HTMLParser):
    """The elements of a page, its text, and whether each element is closed in its turn."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text: list[str] = []
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for found, attributes in self.tags if found == tag]


def html(sample: Sample, file_name: str = "covid_2020.csv") -> str:
    return as_html(*sample, file_name, SHA256, NOW)


def words(text: str) -> str:
    return " ".join(" ".join(Page(text).text).split())


@pytest.mark.parametrize("evil", EVIL)
def test_nothing_that_a_file_holds_becomes_markup(make: Make, evil: str) -> None:
    verdict, source, speech = make([("unknown-place", "region", 2, evil, evil, evil, evil, 1)])
    assert verdict.harmonised
    extract = replace(verdict.harmonised.extract, columns=("Күні", evil))
    told = html((replace(verdict, harmonised=replace(verdict.harmonised, extract=extract)), source, speech), evil)
    page = Page(told)
    assert page.all("script") == page.all("img") == []
    assert not [name for _, attributes in page.tags for name in attributes if name.startswith("on")]
    assert "".join(page.text).count(evil) >= 7


def test_the_page_needs_nothing_from_elsewhere(make: Make) -> None:
    told = html(make())
    page = Page(told)
    policies = [m["content"] for m in page.all("meta") if m.get("http-equiv") == "Content-Security-Policy"]
    assert policies == ["default-src 'none'; style-src 'unsafe-inline'"]
    assert not {"script", "link", "img", "iframe", "object"} & {tag for tag, _ in page.tags}
    assert not re.search(r"url\(|@import|https?://", told)


def test_the_page_says_its_language_title_and_headings(make: Make) -> None:
    page = Page(html(make()))
    assert page.all("html") == [{"lang": "en"}]
    assert "".join(page.text).strip().startswith("ACCEPTED IN PART: covid_2020.csv (kz/case_counts)")
    assert len(page.all("h1")) == 1
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    labels = {a["aria-labelledby"] for _, a in page.tags if "aria-labelledby" in a}
    assert labels <= set(ids)


def test_every_table_header_says_what_it_heads(make: Make) -> None:
    headers = Page(html(make())).all("th")
    assert headers
    assert {header.get("scope") for header in headers} == {"col", "row"}


def test_every_decision_gives_a_page(make: Make, refused: Make) -> None:
    assert "Nothing was read" in words(html(refused(Finding("nul-byte", row=3, value="U+0000"))))
    assert "Nothing is published yet" in words(html(make(decision="held", findings=(Finding("too-many-rejected"),))))
    assert "Nothing needs mending" in words(html(make([], {"accepted": 3}, decision="accepted")))


def test_the_accounts_add_up_on_the_page(make: Make) -> None:
    told = html(make())
    table = told.split('<table class="accounts">')[1].split("</table>")[0]
    accounts = re.findall(r'data-name="(Rows|Facts)">([\d\u00a0]+)<', table)
    for what in ("Rows", "Facts"):
        *parts, total = (int(n.replace("\u00a0", "")) for name, n in accounts if name == what)
        assert sum(parts) == total == {"Rows": 6, "Facts": 1384}[what]


def test_the_bar_is_as_wide_as_all_facts_and_shows_every_fate(make: Make) -> None:
    sample = make()
    bars = [r for r in Page(html(sample)).all("rect") if r.get("height") == "34"]
    assert len(bars) == len(sample[0].accounts.facts_by_fate)
    assert sum(float(r["width"] or 0) for r in bars) == pytest.approx(1000, abs=0.1)
    assert min(float(r["width"] or 0) for r in bars) > 5
    assert "drawn wider" in html(sample)


def test_problems_are_grouped_by_rule_and_say_how_to_mend_them(make: Make) -> None:
    told = words(html(make()))
    assert told.index("rejects 4 facts") < told.index("rejects 1 fact") < told.index("flags 2 facts")
    assert "To mend it: Use a name or a code of the list of places" in told
    assert "Шымкент қ." in told


def test_two_hundred_mistakes_of_a_rule_are_shown_and_the_rest_counted(make: Make) -> None:
    problems = [("not-a-number", "value", n, "Жаңа", f"{n}x", "a whole number", None, n) for n in range(2, 1502)]
    told = html(make(problems))
    assert told.count('class="written"') == 200
    assert "and 1\u00a0300 more of this rule" in " ".join(Page(told).text)


def test_it_says_how_the_file_was_read(make: Make) -> None:
    told = words(html(make()))
    assert "UTF-8" in told
    assert "period_start, written dd.MM.yyyy" in told
    assert "indicator = CASES" in told
    assert "not taken over, as declared" in told
    assert SHA256 in told
    assert "05 March 2026, 12:00:00 UTC" in told


def test_checks_made_and_not_made_are_counted_and_listed(make: Make) -> None:
    told = words(html(make()))
    assert "4 checks made: 1 passed, 3 did not. 1 check not made here." in told
    assert "cumulative-does-not-fall-below-history" in told


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_text_can_be_read_in_light_and_in_dark(make: Make) -> None:
    schemes = re.findall(r":root \{(.*?)\}", html(make()), re.DOTALL)[:2]
    for scheme in schemes:
        colour = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", scheme))
        for ink in ("ink", "soft", "good", "warn", "bad", "note"):
            for ground in ("sheet", "page", "tint"):
                assert contrast(colour[ink], colour[ground]) >= 4.5, (ink, ground)
        for tone in ("good", "warn", "bad", "note"):
            for ink in (tone, "ink", "soft"):
                assert contrast(colour[ink], colour[f"{tone}-tint"]) >= 4.5, (ink, tone)
        shades = [name for name in colour if name.startswith("aside")]
        for shade in ("accepted", "waits", "rejected", *shades):
            assert contrast(colour[shade], colour["sheet"]) >= 3, shade
