"""Places: every unit of the seven states, under the names that senders use; a name of two places is neither of them."""

from __future__ import annotations

import csv
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from pipelines.declarations import Declarations, load_declarations
from pipelines.declarations.folding import fold
from pipelines.declarations.model import Scalar
from pipelines.declarations.source import Source
from pipelines.declarations.words import AMBIGUOUS, as_spreadsheets_have_them, place_codes, words

OWN = {"AZ": "az", "HU": "hu", "KG": "ky", "KZ": "kk", "TM": "tk", "TR": "tr", "UZ": "uz"}


@cache
def declared() -> Declarations:
    return load_declarations()


def meant(
    name: str,
    country: str,
    languages: tuple[str, ...],
    own: dict[str, Scalar] | None = None,
    codes_of: str | None = None,
) -> str | None:
    """What a name means to a source of the country."""
    mapped = {"map": {"region": {"from": "Region", "place_codes": codes_of}}} if codes_of else {}
    said = {"source": f"{country.lower()}/tried", "title": "Tried", "table": "case_counts", "language": languages}
    source = Source.model_validate({**said, "arrives": {"matching": "*"}, **mapped})
    return words(declared(), source, "region", own or {}).get(fold(name))


OURS = {"TM-XAR", "KZ-XBA"}  # places without a code of ISO 3166-2


def test_every_unit_of_iso_3166_2_is_a_place_and_two_more_are_under_codes_of_ours(real_data: Path) -> None:
    file = real_data / "reference" / "subdivisions" / "iso3166_2_pycountry.csv"
    with file.open(encoding="utf-8", newline="") as lines:
        listed = {row["code"]: row["parent_code"] for row in csv.DictReader(lines)}
    ours = {p.place_id: p.parent_id for p in declared().places.values() if p.geo_level != "country"}
    assert ours.keys() - listed.keys() == OURS
    assert listed.keys() - ours.keys() == set()
    assert {place for place, parent in listed.items() if parent and ours[place] != parent} == set()


def test_regions_lie_in_a_state_and_cities_and_districts_in_a_region() -> None:
    """So the figures of all regions of a state add up to its own: none of them is a part of another."""
    around = {"country": "", "region": "country", "city": "region", "district": "region"}
    places = declared().places
    level = {"": "", **{p.place_id: p.geo_level for p in places.values()}}
    assert [p.place_id for p in places.values() if level[p.parent_id] != around[p.geo_level]] == []
    abroad = [p.place_id for p in places.values() if p.parent_id and places[p.parent_id].country != p.country]
    assert abroad == []


def test_every_place_has_a_name_in_english_in_russian_and_in_its_own_language() -> None:
    named = {(n.place_id, n.language) for n in declared().place_names if n.kind in {"name", "alias"}}
    wanted = {(p.place_id, x) for p in declared().places.values() for x in ("en", "ru", OWN[p.country])}
    wanted |= {(p.place_id, "uz-Cyrl") for p in declared().places.values() if p.country == "UZ"}
    assert wanted - named == set()


def test_every_region_has_its_iso_code_and_those_of_its_state() -> None:
    codes = [(n.place_id, n.name) for n in declared().place_names if n.kind == "code"]
    assert set(declared().places) - {place for place, code in codes if code == place} == set()
    several = Counter(place for place, _ in codes)
    regions = [p for p in declared().places.values() if p.geo_level == "region" and p.country != "AZ"]
    regions = [p for p in regions if p.place_id not in OURS]
    assert [p.place_id for p in regions if several[p.place_id] < 2] == []


def test_a_place_has_one_current_name_in_a_language() -> None:
    current = Counter((n.place_id, n.language) for n in declared().place_names if n.kind == "name")
    assert [key for key, times in current.items() if times > 1] == []


HOMONYMS = [
    ("AZ", "az", "Lənkəran", "AZ-LA", "AZ-LAN"),
    ("AZ", "az", "Şəki", "AZ-SA", "AZ-SAK"),
    ("AZ", "az", "Yevlax", "AZ-YE", "AZ-YEV"),
    ("AZ", "az", "Naxçıvan", "AZ-NV", "AZ-NX"),
    ("AZ", "ru", "Шеки", "AZ-SA", "AZ-SAK"),
    ("HU", "hu", "Veszprém", "HU-VM", "HU-VE"),
    ("KG", "ky", "Ош", "KG-GO", "KG-O"),
    ("KG", "ru", "Ош", "KG-GO", "KG-O"),
    ("UZ", "uz", "Toshkent", "UZ-TK", "UZ-TO"),
    ("UZ", "uz-Cyrl", "Тошкент", "UZ-TK", "UZ-TO"),
    ("UZ", "ru", "Ташкент", "UZ-TK", "UZ-TO"),
]


@pytest.mark.parametrize(("country", "language", "name", "city", "region"), HOMONYMS, ids=str)
def test_a_name_of_two_places_is_refused_unless_the_source_says_which(
    country: str, language: str, name: str, city: str, region: str
) -> None:
    assert meant(name, country, (language,)) == AMBIGUOUS
    for place in (city, region):
        assert meant(name, country, (language,), {name: place}) == place
        own = [n.name for n in declared().place_names if n.place_id == place and n.language in {language, "und"}]
        assert place in {meant(word, country, (language,)) for word in own if fold(word) != fold(name)}


def test_no_name_is_refused_that_is_not_known_to_be_two_places() -> None:
    named = {(n.language, fold(n.name), n.place_id) for n in declared().place_names}
    times = Counter((place[:2], language, name) for language, name, place in named)
    doubled = {
        (state, name) for (state, language, name), n in times.items() if n > 1 and language in {OWN[state], "und"}
    }
    assert doubled == {(state, fold(name)) for state, x, name, _, _ in HOMONYMS if x == OWN[state]}


def test_in_no_language_has_one_name_two_places_but_a_city_and_what_surrounds_it() -> None:
    meant_by: dict[tuple[str, str], set[str]] = {}
    for n in declared().place_names:
        if n.language != "und":
            meant_by.setdefault((n.language, fold(n.name)), set()).add(n.place_id)
    doubled = {name: places for name, places in meant_by.items() if len(places) > 1}
    assert {frozenset(places) for places in doubled.values()} == {
        frozenset((city, region)) for *_, city, region in HOMONYMS
    }


RESOLVED = [
    ("KZ", "ru", "Алматы", "KZ-75"),
    ("KZ", "ru", "Алматинская область", "KZ-19"),
    ("KZ", "kk", "Алматы облысы", "KZ-19"),
    ("KZ", "ru", "Нур-Султан", "KZ-71"),
    ("KZ", "kk", "Астана", "KZ-71"),
    ("KZ", "ru", "Целиноград", "KZ-71"),
    ("KZ", "ru", "Южно-Казахстанская область", "KZ-61"),
    ("KZ", "kk", "KZ-AKM", "KZ-11"),
    ("KZ", "kk", "KZ-YUZ", "KZ-61"),
    ("KZ", "kk", "750000000", "KZ-75"),
    ("KZ", "ru", "KZ-BAY", "KZ-XBA"),
    ("KZ", "kk", "Байқоңыр қаласы", "KZ-XBA"),
    ("UZ", "uz", "Toshkent shahri", "UZ-TK"),
    ("UZ", "uz", "1726", "UZ-TK"),
    ("UZ", "uz", "01", "UZ-TK"),
    ("UZ", "uz-Cyrl", "Фарғона вилояти", "UZ-FA"),
    ("KG", "ru", "Фрунзе", "KG-GB"),
    ("KG", "ky", "06", "KG-O"),
    ("TM", "tk", "AH", "TM-A"),
    ("TM", "ru", "Чарджоуская область", "TM-L"),
    ("TR", "tr", "Afyon", "TR-03"),
    ("TR", "tr", "İçel", "TR-33"),
    ("TR", "tr", "TR100", "TR-34"),
    ("HU", "hu", "Csongrád", "HU-CS"),
    ("HU", "hu", "Csongrád-Csanád", "HU-CS"),
    ("HU", "hu", "HU110", "HU-BU"),
    ("AZ", "az", "K\u01ddng\u01ddrli", "AZ-KAN"),
    ("AZ", "ru", "Кировабад", "AZ-GA"),
]


@pytest.mark.parametrize(("country", "language", "name", "place"), RESOLVED, ids=str)
def test_former_names_and_codes_lead_to_the_place_of_today(country: str, language: str, name: str, place: str) -> None:
    assert meant(name, country, (language,)) == place


CODED = [
    ("KZ", "KATO", {"75": "KZ-75", "750000000": "KZ-75", "10": "KZ-10", "Алматы қаласы": None, "KZ-75": None}),
    ("UZ", "SOATO", {"1726": "UZ-TK", "01": None}),
    ("UZ", "vehicle plate number", {"01": "UZ-TK", "1": "UZ-TK", "10": "UZ-TO", "1726": None}),
    ("KG", "SOATE", {"41705": "KG-B", "05": None}),
    ("TR", "vehicle plate number", {"06": "TR-06", "6": "TR-06", "006": None, "60": "TR-60", "0": None}),
    ("HU", "KSH county code", {"01": "HU-BU", "1": "HU-BU", "10": "HU-HE", "Budapest": None}),
]


@pytest.mark.parametrize(("country", "codes_of", "told"), CODED)
def test_a_column_of_national_codes_knows_those_and_no_other_word(
    country: str, codes_of: str, told: dict[str, str | None]
) -> None:
    languages = (OWN[country],)
    assert {code: meant(code, country, languages, codes_of=codes_of) for code in told} == told


def test_a_code_without_its_first_zero_is_unknown_where_the_column_is_not_one_of_codes() -> None:
    assert (meant("06", "TR", ("tr",)), meant("6", "TR", ("tr",))) == ("TR-06", None)


def test_a_code_without_its_first_zero_means_no_place_that_another_has_in_full() -> None:
    codes = place_codes(declared(), "vehicle plate number")
    listed = [c.model_copy(update={"name": "6"}) if c.place_id == "TR-81" else c for c in codes]
    assert {c.place_id for c in as_spreadsheets_have_them(listed) if c.name == "6"} == {"KG-O", "TR-81"}


def test_a_city_that_left_a_region_is_taken_for_itself_and_its_event_leads_to_it() -> None:
    for name in ("Arkadag", "Arkadag şäheri", "TM-XAR"):
        assert meant(name, "TM", ("tk",)) == "TM-XAR"
    assert meant("город Аркадаг", "TM", ("ru",)) == "TM-XAR"
    assert declared().places["TM-XAR"].parent_id == "TM"
    events = declared().registers["place_events"].rows
    assert [r["from_place_id"] for r in events if r["to_place_id"] == "TM-XAR"] == ["TM-A"]


def test_every_region_that_came_to_be_has_an_event_on_its_first_day() -> None:
    rows = declared().registers["place_events"].rows
    born = {(r["to_place_id"], r["event_date"]) for r in rows if r["kind"] == "split"}
    assert {(p.place_id, p.valid_from) for p in declared().places.values() if p.valid_from} <= born
