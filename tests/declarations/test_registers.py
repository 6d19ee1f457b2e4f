"""A register is checked when it is read: what is wrong is told with its file and line. And ours say what they must."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime
from pathlib import Path

import pytest

from pipelines.declarations import Declarations, load_declarations
from pipelines.declarations.model import Place
from pipelines.errors import DeclarationError

Key = tuple[str, int, str]  # state, year, day

HEAD = """\
register: clinics
title: Clinics
grain: One row is one clinic.
key: [clinic]
columns:
  clinic: {meaning: The clinic., pattern: "[a-z]+"}
  place: {type: place, required: true, meaning: Where it stands.}
  sex: {type: code, codes: sex, meaning: Whom it takes.}
  opened: {type: date, meaning: Since when.}
  beds: {type: integer, minimum: 1, maximum: 9, meaning: How many beds.}
  share: {type: decimal, meaning: A share.}
  kind: {one_of: [small, large], meaning: How large.}
  mother: {refers_to: clinics.clinic, meaning: The clinic that it belongs to.}
"""
ROWS = """\
clinic,place,sex,opened,beds,share,kind,mother
a,KZ-75,F,2020-01-31,9,0.5,small,
b,HU,,,,,,a
"""


def read(folder: Path, head: str = HEAD, rows: str = ROWS) -> Declarations:
    where = folder / "schemas" / "registers"
    where.mkdir(parents=True, exist_ok=True)
    (where / "clinics.yaml").write_text(head, encoding="utf-8")
    (where / "clinics.csv").write_text(rows, encoding="utf-8")
    return load_declarations(folder, only="az/case_counts")


def test_a_register_needs_a_head_and_its_rows_and_nothing_else(tmp_path: Path) -> None:
    register = read(tmp_path).registers["clinics"]
    assert [tuple(row.values()) for row in register.rows][1] == ("b", "HU", None, None, None, None, None, "a")
    assert register.rows[0]["beds"] == 9
    assert register.rows[0]["share"] == 0.5
    assert str(register.rows[0]["opened"]) == "2020-01-31"


WRONG = [
    ("a,KZ-75", "A,KZ-75", 2, "'clinic': 'A' does not match"),
    ("a,KZ-75", ",KZ-75", 2, "'clinic' says nothing"),
    ("KZ-75", "KZ-99", 2, "'place': 'KZ-99' is not in places.place_id"),
    ("KZ-75", "", 2, "'place' says nothing"),
    (",F,", ",X,", 2, "'sex': 'X' is not in sex"),
    ("2020-01-31", "2020-02-31", 2, "'opened': '2020-02-31' is no date"),
    (",9,", ",10,", 2, "'beds': 10 is not between 1.0 and 9.0"),
    (",9,", ",0,", 2, "'beds': 0 is not between"),
    (",9,", ",nine,", 2, "'beds': 'nine' is no integer"),
    ("0.5", "half", 2, "'share': 'half' is no decimal"),
    ("small", "tiny", 2, "'kind': 'tiny' is none of small, large"),
    ("b,HU,,,,,,a", "b,HU,,,,,,c", 3, "'mother': 'c' is not in clinics.clinic"),
    ("b,HU,,,,,,a", "a,HU,,,,,,", 3, "a stands in line 2 of clinics.csv already"),
    ("b,HU,,,,,,a", "b,HU", 3, "has 2 cells, and the header 8"),
    (",kind,", ",size,", 1, "'size' is not a column of the register clinics"),
    (",kind,", ",beds,", 1, "the column 'beds' stands twice"),
    ("clinic,place", "mother,place", 1, "the column 'clinic' is missing"),
]


@pytest.mark.parametrize(("right", "wrong", "line", "said"), WRONG, ids=[w[3] for w in WRONG])
def test_a_wrong_row_is_told_with_its_line(tmp_path: Path, right: str, wrong: str, line: int, said: str) -> None:
    assert right in ROWS
    with pytest.raises(DeclarationError) as told:
        read(tmp_path, rows=ROWS.replace(right, wrong, 1))
    found = [c for c in told.value.contradictions if said in c.what]
    assert found, str(told.value)
    assert (found[0].file.name, found[0].line) == ("clinics.csv", line)


MISDECLARED = [
    ("register: clinics", "register: wards", 1, "the file is clinics and the register wards"),
    ("codes: sex,", "codes: gender,", 8, "there is no code list 'gender'"),
    ("codes: sex, ", "", 8, "type code and a code list go together"),
    ("clinics.clinic", "wards.clinic", 13, "there is no column 'wards.clinic' of a register"),
    ("key: [clinic]", "rows: [registers/other.csv]", 4, "there is no file registers/other.csv"),
    ("meaning: Since when.", "", 9, "opened.meaning: Field required"),
]


@pytest.mark.parametrize(("right", "wrong", "line", "said"), MISDECLARED, ids=[w[3] for w in MISDECLARED])
def test_a_wrong_head_is_told_with_its_line(tmp_path: Path, right: str, wrong: str, line: int, said: str) -> None:
    assert right in HEAD
    with pytest.raises(DeclarationError) as told:
        read(tmp_path, head=HEAD.replace(right, wrong, 1))
    found = [c for c in told.value.contradictions if said in c.what]
    assert found, str(told.value)
    assert (found[0].file.name, found[0].line) == ("clinics.yaml", line)


def test_a_source_names_only_a_system_that_is_registered(tmp_path: Path) -> None:
    text = (Path(__file__).parents[2] / "schemas/sources/tm/case_counts.yaml").read_text(encoding="utf-8")
    file = tmp_path / "schemas/sources/tm/more.yaml"
    file.parent.mkdir(parents=True)
    text = text.replace("tm/case_counts", "tm/more")
    file.write_text(text.replace("tm_synthetic_surveillance", "tm_ses"), encoding="utf-8")
    assert load_declarations(tmp_path).sources["tm/more"].data_source == "tm_ses"
    file.write_text(text.replace("tm_synthetic_surveillance", "tm_none"), encoding="utf-8")
    with pytest.raises(DeclarationError, match="no data source 'tm_none'"):
        load_declarations(tmp_path)


@pytest.fixture(scope="module")
def declared() -> Declarations:
    return load_declarations()


def test_every_crossing_of_the_code_list_has_its_two_ends_in_the_register(declared: Declarations) -> None:
    rows = declared.registers["border_crossings"].rows
    assert {r["border_crossing"] for r in rows} == set(declared.codes["border_crossing"].known())
    for row in rows:
        ends = (str(row["first_country"]), str(row["second_country"]))
        assert str(row["border_crossing"]).startswith("".join(ends))
        assert ends[0] < ends[1]
        for end, locode in zip(ends, (row["first_un_locode"], row["second_un_locode"]), strict=True):
            assert locode is None or str(locode).startswith(end)


def test_every_source_names_the_system_behind_its_figures_and_a_synthetic_one_says_so(declared: Declarations) -> None:
    systems = {row["data_source"]: row for row in declared.registers["data_sources"].rows}
    for source in declared.sources.values():
        system = systems[source.data_source]
        assert system["country"] == source.country, source.source
        assert (system["evidence"] == "synthetic") == (source.provenance["publisher"] == "synthetic"), source.source


def test_a_simulated_system_says_so_and_claims_no_definition_no_act_and_no_dates(declared: Declarations) -> None:
    claims = ("operator", "case_definition", "legal_basis", "start_date", "end_date")
    rows = [row for row in declared.registers["data_sources"].rows if row["evidence"] == "synthetic"]
    assert rows
    for row in rows:
        assert str(row["coverage_note"]).startswith("simulated; "), row["data_source"]
        assert [row[claim] for claim in claims] == [None] * len(claims), row["data_source"]


def test_incidents_name_declared_sources_and_tables(declared: Declarations) -> None:
    for row in declared.registers["data_incidents"].rows:
        assert row["table_name"] in declared.tables
        assert row["source"] is None or declared.sources[str(row["source"])].table == row["table_name"]


def test_breaks_are_of_declared_tables_and_change_something(declared: Declarations) -> None:
    for row in declared.registers["definition_breaks"].rows:
        assert row["table_name"] in declared.tables
        assert row["old_basis"] is None or row["old_basis"] != row["new_basis"]


def test_the_shares_of_a_split_add_up_to_one(declared: Declarations) -> None:
    shares: defaultdict[tuple[object, object], float] = defaultdict(float)
    for row in declared.registers["place_events"].rows:
        if row["population_share"] is not None:
            shares[row["from_place_id"], row["event_date"]] += float(str(row["population_share"]))
    assert len(shares) == 4
    assert list(shares.values()) == pytest.approx([1.0] * 4)


def test_a_share_of_inhabitants_says_who_counted_and_is_that_of_the_register_where_it_has_both_parts(
    declared: Declarations,
) -> None:
    rows = [r for r in declared.registers["place_events"].rows if r["kind"] in {"split", "remainder"}]
    assert [r["event_id"] for r in rows if (r["population_share"] is None) != (not r["population_share_source"])] == []
    assert [r["event_id"] for r in rows if r["population_share"] is None] == ["TM-2022-arkadag"]
    told = {
        (str(r["place_id"]), r["year"], r["reference_day"]): int(str(r["population_count"]))
        for r in declared.registers["populations"].rows
    }
    reckoned = {}
    for row in rows:
        split = [r for r in rows if r["from_place_id"] == row["from_place_id"] and r["event_date"] == row["event_date"]]
        parts = {p: told.get((p, 2023, "1 January"), 0) for p in (str(r["to_place_id"]) for r in split)}
        if str(row["event_date"]) > "2022" and len(parts) > 1:
            share = round(parts[str(row["to_place_id"])] / sum(parts.values()), 4)
            reckoned[row["event_id"]] = (share, float(str(row["population_share"])))
    assert len(reckoned) == 6
    assert {event: shares for event, shares in reckoned.items() if shares[0] != shares[1]} == {}


PARTLY = {
    *(("AZ", year) for year in (2018, 2020, 2021, 2024)),
    ("KZ", 2012),
    ("KZ", 2021),
}  # no source told all regions


def test_the_regions_of_a_state_have_together_as_many_inhabitants_as_the_state(declared: Declarations) -> None:
    whole, parts = _inhabitants(declared)
    assert {(state, year) for state, year, _ in parts} >= PARTLY
    parted = {state for state, year, _ in parts if (state, year) not in PARTLY and not _is_county(state)}
    assert parted == {"AZ-NX", "HU", "KG", "KZ", "TM", "TR", "UZ"}
    for (state, year, day), regions in parts.items():
        if _is_county(state):
            continue
        own = whole.get((state, year, day))
        if (state, year) in PARTLY:
            assert own is not None
            assert sum(regions.values()) < own
            continue
        there = {p.place_id for p in declared.places.values() if p.parent_id == state and _was_there(p, year, day)}
        assert set(regions) == there, (state, year)
        among, apart = (own, 0.0002) if own else (whole[state, year, "mid-year"], 0.01)
        assert sum(regions.values()) == pytest.approx(among, rel=apart), (state, year)


def test_the_cities_of_county_rank_have_fewer_inhabitants_than_the_county_around_them(declared: Declarations) -> None:
    whole, parts = _inhabitants(declared)
    counties: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for (county, _, _), cities in parts.items():
        counties[county] |= cities if _is_county(county) else {}
    assert sum(len(cities) for cities in counties.values()) == 23
    crowded = {
        county
        for county, cities in counties.items()
        if cities and sum(cities.values()) >= whole[county, 2019, "1 January"]
    }
    assert crowded == set()


def test_a_place_without_inhabitants_is_told_together_with_another_or_in_no_list(declared: Declarations) -> None:
    told = {row["place_id"] for row in declared.registers["populations"].rows}
    one_figure = {"AZ-LA", "AZ-LAN", "AZ-SA", "AZ-SAK", "AZ-YE", "AZ-YEV"}
    silent = {place for place, its in declared.places.items() if place not in told and its.geo_level != "country"}
    assert silent == {*one_figure, "AZ-XA", "KZ-XBA", "TM-XAR"}


def test_no_inhabitants_are_told_of_a_place_before_it_was_there(declared: Declarations) -> None:
    rows = declared.registers["populations"].rows
    told = [(declared.places[str(r["place_id"])], int(str(r["year"])), str(r["reference_day"])) for r in rows]
    assert [t for t in told if not _was_there(*t)] == []


def test_a_place_that_lost_a_part_has_its_inhabitants_of_before_too(declared: Declarations) -> None:
    """Rules compare with the largest number: what was sent of the old place is not measured against the small one."""
    years: defaultdict[object, list[int]] = defaultdict(list)
    for row in declared.registers["populations"].rows:
        years[row["place_id"]].append(int(str(row["year"])))
    splits = [r for r in declared.registers["place_events"].rows if r["kind"] == "split"]
    lost = {str(r["from_place_id"]): date.fromisoformat(str(r["event_date"])) for r in splits}
    assert set(lost) == {"KZ-19", "KZ-35", "KZ-61", "KZ-63", "TM-A"}
    assert [place for place, day in lost.items() if min(years[place]) > day.year] == []


def _inhabitants(declared: Declarations) -> tuple[dict[Key, int], dict[Key, dict[str, int]]]:
    """Give the inhabitants by place, year and day: the place's own, and those of its regions."""
    whole: dict[Key, int] = {}
    parts: defaultdict[Key, dict[str, int]] = defaultdict(dict)
    for row in declared.registers["populations"].rows:
        place = declared.places[str(row["place_id"])]
        year, day, number = int(str(row["year"])), str(row["reference_day"]), int(str(row["population_count"]))
        whole[place.place_id, year, day] = number
        if place.parent_id:
            key = (place.parent_id, year, day)
            assert place.place_id not in parts[key], f"{place.place_id} has two figures of {key}"
            parts[key][place.place_id] = number
    return whole, parts


def _is_county(place: str) -> bool:
    """Hungary's counties: cities of county rank stand in them, and do not fill them."""
    return place.startswith("HU-")


def _was_there(place: Place, year: int, day: str) -> bool:
    on = date(year, 7, 1) if day == "mid-year" else datetime.strptime(f"{day} {year} +0000", "%d %B %Y %z").date()
    return place.valid_from is None or place.valid_from <= on


def test_every_state_has_its_inhabitants_of_every_year(declared: Declarations) -> None:
    years = {(r["place_id"], r["year"]) for r in declared.registers["populations"].rows}
    states = [p.place_id for p in declared.places.values() if p.geo_level == "country"]
    assert [(s, y) for s in states for y in range(2015, 2024) if (s, y) not in years] == []
