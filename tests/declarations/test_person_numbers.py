"""A number by which a person is found is known by its form and its check digits; a number of any other kind is not."""

from __future__ import annotations

import duckdb
import pytest

from pipelines.declarations import Declarations, load_declarations
from pipelines.declarations.person_numbers import PersonNumber, holds_one
from pipelines.engine import literal

# All made up; each satisfies the check digits of its state and belongs to nobody that is known.
NUMBERS = {
    "tr-identity-number": "10000000146",
    "kz-individual-number": "900101300017",
    "uz-personal-number": "30101900010018",
    "kg-personal-number": "20101199000017",
    "hu-social-security-number": "123456788",
    "az-personal-code": "FİN: 1AB2CD3",
    "telephone": "+90 (312) 000 00 00",
    "address-of-mail": "a.b@example.org",
}


@pytest.fixture(scope="module")
def declared() -> Declarations:
    return load_declarations()


def holds(text: str, *known: PersonNumber) -> bool:
    return bool(duckdb.sql(f"SELECT {holds_one(literal(text), known)}").fetchall()[0][0])


def test_every_kind_of_number_has_its_example(declared: Declarations) -> None:
    assert declared.person_numbers.keys() == NUMBERS.keys()


@pytest.mark.parametrize("kind", NUMBERS)
@pytest.mark.parametrize("text", ["{}", "hasta {}", "({})", "тел/ИИН: {}, Алматы", "123456 {}."])
def test_it_is_found_wherever_it_stands(kind: str, text: str, declared: Declarations) -> None:
    assert holds(text.format(NUMBERS[kind]), declared.person_numbers[kind])


@pytest.mark.parametrize(
    "kind", [kind for kind, one in NUMBERS.items() if one.isdigit() and kind != "kg-personal-number"]
)
def test_with_another_check_digit_or_more_digits_it_is_none(kind: str, declared: Declarations) -> None:
    number = NUMBERS[kind]
    others = [number[:-1] + str((int(number[-1]) + n) % 10) for n in range(1, 10)]
    assert not [other for other in others if holds(other, declared.person_numbers[kind])]
    assert not holds(f"1{number}", declared.person_numbers[kind])
    assert not holds(f"{number}0", declared.person_numbers[kind])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2021-03-01 12:30:00, batch 2020-04-02",
        "№ 1234567 от 01.03.2021, 12 345 678 доз",
        "https://example.org/articles/2021/03/01/10000000145",
        "J12.82, U07.1; CRP 12.5 mg/l; 38.5°C",
        "final 1AB2CD3 kit LOT20210301",
    ],
)
def test_what_else_stands_in_a_note_is_none(text: str, declared: Declarations) -> None:
    assert not holds(text, *declared.person_numbers.values())


def test_the_second_weights_count_where_the_first_give_no_digit(declared: Declarations) -> None:
    known, found = declared.person_numbers["kz-individual-number"], []
    for serial in range(2000):
        eleven = f"8503154{serial:04}"
        first = sum(int(d) * w for d, w in zip(eleven, range(1, 12), strict=True)) % 11
        second = sum(int(d) * w for d, w in zip(eleven, known.checks[0].or_else, strict=True)) % 11
        if first == 10:
            found.append((eleven, second))
    assert any(second < 10 for _, second in found)
    for eleven, second in found[:20]:
        last = [d for d in range(10) if holds(f"{eleven}{d}", known)]
        assert last == ([second] if second < 10 else [])
