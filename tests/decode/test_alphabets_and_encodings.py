"""Each encoding that a state may send, with each alphabet: what it holds is read, what it cannot hold is never guessed.

Which encoding holds which alphabet was measured; the table below is held against the codecs themselves.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable
from itertools import product
from typing import Any

import pytest

from pipelines.artefacts import Extract
from pipelines.declarations.source import Source
from pipelines.errors import Refused

Decoded = Callable[..., tuple[Extract, list[tuple[str | None, ...]]]]
Sources = Callable[..., Source]

ENCODINGS = ("cp1254", "cp857", "cp1251", "cp866", "kz1048", "ptcp154", "koi8_t", "cp1250", "cp852", "cp1252")
ALL_LETTERS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le")
ALPHABETS = {
    "az": "aəbcçdeəfgğhxıijkqlmnoöprsştuüvyzAƏBCÇDEFGĞHXIİJKQLMNOÖPRSŞTUÜVYZ",
    "tr": "abcçdefgğhıijklmnoöprsştuüvyzâîûABCÇDEFGĞHIİJKLMNOÖPRSŞTUÜVYZÂÎÛ",
    "kk": "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюяАӘБВГҒДЕЁЖЗИЙКҚЛМНҢОӨПРСТУҰҮФХҺЦЧШЩЪЫІЬЭЮЯ",
    "kk-Latn": "aäbdefgğhıijklmnñŋoöpqrsştuūüvyzAÄBDEFGĞHIİJKLMNÑŊOÖPQRSŞTUŪÜVYZ",
    "ky": "абвгдеёжзийклмнңоөпрстуүфхцчшщъыьэюяАБВГДЕЁЖЗИЙКЛМНҢОӨПРСТУҮФХЦЧШЩЪЫЬЭЮЯ",
    "uz": "abdefghijklmnopqrstuvxyzoʻgʻABDEFGHIJKLMNOPQRSTUVXYZOʻGʻ",
    "uz typed with '": "abdefghijklmnopqrstuvxyzo'g'ABDEFGHIJKLMNOPQRSTUVXYZO'G'",
    "uz-Cyrl": "абвгғдеёжзийкқлмнопрстуўфхҳцчшъэюяАБВГҒДЕЁЖЗИЙКҚЛМНОПРСТУЎФХҲЦЧШЪЭЮЯ",
    "hu": "aábcdeéfghiíjklmnoóöőpqrstuúüűvwxyzAÁBCDEÉFGHIÍJKLMNOÓÖŐPQRSTUÚÜŰVWXYZ",
    "tk": "aäbçdefghijžklmnňoöprsştuüwyýzAÄBÇDEFGHIJŽKLMNŇOÖPRSŞTUÜWYÝZ",
    "ru": "абвгдеёжзийклмнопрстуфхцчшщъыьэюяАБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ",
}
HOLDS = {
    "az": (),
    "tr": ("cp1254", "cp857"),
    "kk": ("kz1048", "ptcp154"),
    "kk-Latn": (),
    "ky": ("kz1048", "ptcp154"),
    "uz": (),
    "uz typed with '": ENCODINGS,
    "uz-Cyrl": ("ptcp154",),
    "hu": ("cp1250", "cp852"),
    "tk": ("cp1250", "cp852"),
    "ru": ("cp1251", "cp866", "kz1048", "ptcp154", "koi8_t"),
}


def holds(encoding: str, alphabet: str) -> bool:
    try:
        alphabet.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def found(decoded: Decoded, source: Source, data: bytes) -> list[tuple[str, str | None, str | None]]:
    with pytest.raises(Refused) as refused:
        decoded(data, source)
    return [(f.rule, f.value, f.expected) for f in refused.value.findings]


@pytest.mark.parametrize("language", ALPHABETS)
def test_no_encoding_holds_more_or_fewer_alphabets_than_was_measured(language: str) -> None:
    assert tuple(e for e in ENCODINGS if holds(e, ALPHABETS[language])) == HOLDS[language]


@pytest.mark.parametrize("language", ALPHABETS)
def test_every_letter_comes_through_each_encoding_that_holds_it(
    language: str, decoded: Decoded, source_with: Sources
) -> None:
    alphabet = ALPHABETS[language]
    columns = (f"1{alphabet[3:9]}", f"2{alphabet[-6:]}")
    text = "\r\n".join([";".join(columns), f"{alphabet};{alphabet[::-1]}", ""])
    for encoding in (*HOLDS[language], *ALL_LETTERS):
        source = source_with(columns, delimiter=";", encoding=encoding)
        extract, cells = decoded(text.encode(encoding), source)
        assert cells == [(alphabet, alphabet[::-1])], encoding
        assert codecs.lookup(extract.encoding) == codecs.lookup(encoding)


# A name of a column as a ministry writes it, in the encoding that it is sent in, and the one that is declared.
TAKEN_FOR_ANOTHER = [
    ("Şehir;İyileşen;Yoğun bakım", "cp1254", "cp1250"),
    ("Şəhər;Sağalan;Müsbət", "utf-8", "cp1254"),
    ("Şəhər;Sağalan;Müsbət", "utf-8", "cp1252"),
    ("Fertőzött;Nő;Győr", "cp1250", "cp1254"),
    ("Fertőzött;Nő;Győr", "cp852", "cp1250"),
    ("Күні;Өңір;Жұқтырғандар", "kz1048", "cp1251"),
    ("Күні;Өңір;Жұқтырғандар", "ptcp154", "cp1251"),
    ("Күні;Өңір;Жұқтырғандар", "ptcp154", "kz1048"),
    ("Күнү;Көз жумгандар", "ptcp154", "cp1251"),
    ("Вилоят;Ўлганлар;Ҳолати", "ptcp154", "cp1251"),
    ("Дата;Регион;Заразившиеся", "cp1251", "cp1252"),
    ("Дата;Регион;Заразившиеся", "cp866", "cp1251"),
    ("Дата;Регион;Заразившиеся", "koi8_r", "cp1251"),
    ("Сана;Регион;Заразившиеся", "koi8_r", "utf-8"),
    ("Дата;Регион;Заразившиеся", "cp1251", "utf-8"),
    ("Дата;Регион;Заразившиеся", "utf-16", "utf-8"),
    ("Sene;Welaýat;Näsaglaň sany", "cp1250", "cp1254"),
]
SAME = {("cp1251", "kz1048"), ("kz1048", "cp1251")}  # these letters stand in one place in both


@pytest.mark.parametrize(("names", "sent", "declared"), TAKEN_FOR_ANOTHER)
def test_a_wrong_code_page_is_refused_and_the_right_one_is_named(
    names: str, sent: str, declared: str, decoded: Decoded, source_with: Sources
) -> None:
    columns = tuple(names.split(";"))
    data = f"{names}\n{';'.join('1' for _ in columns)}\n".encode(sent)
    ((rule, value, expected),) = found(decoded, source_with(columns, delimiter=";", encoding=declared), data)
    assert (rule, expected) == ("wrong-encoding", declared)
    assert (value or "").lower() == sent or (sent, value) in SAME


def lost(alphabet: str, encoding: str) -> str:
    """Write what a program does that saves letters in an encoding that has no place for them."""
    return alphabet.encode(encoding, errors="replace").decode(encoding)


@pytest.mark.parametrize("language", ["az", "kk", "ky", "uz-Cyrl", "hu", "tk", "uz"])
def test_a_column_whose_name_has_lost_letters_is_never_taken_for_the_declared_one(
    language: str, decoded: Decoded, source_with: Sources
) -> None:
    native = [letter for letter in ALPHABETS[language] if not any(holds(e, letter) for e in ("cp1252", "cp1251"))]
    columns = (f"Сана {''.join(native[:3])}" if native[0] > "\u0400" and native[0] < "\u0530" else f"N {native[0]}",)
    encoding = "cp1251" if columns[0].startswith("С") else "cp1252"
    text = lost(f"{columns[0]};b\n1;2\n", encoding)
    source = source_with((*columns, "b"), delimiter=";", encoding=["utf-8", encoding])
    told = found(decoded, source, text.encode(encoding))
    assert told == [("lost-characters-in-names", text.partition(";")[0], columns[0])]


@pytest.mark.parametrize(
    ("form", "bad", "wrong"),
    [
        *product(["utf-8", "utf-16"], ["Bakı T\ufffdsdiq", "Bak\ufffd\ufffd T??sdiq"], [{"lost-characters-in-names"}]),
        *product(["utf-8", "utf-16"], ["N\ufffd", "Ba?? Təsdiq"], [{"unexpected-column", "missing-column"}]),
    ],
)
def test_a_replacement_sign_in_a_name_is_no_letter(
    form: str, bad: str, wrong: set[str], decoded: Decoded, source_with: Sources, **_: Any
) -> None:
    source = source_with(("Bakı Təsdiq", "b"), delimiter=";", encoding=form)
    rules = {rule for rule, _, _ in found(decoded, source, f"{bad};b\n1;2\n".encode(form))}
    assert rules == wrong


def test_a_header_that_has_lost_letters_is_told_once_however_many_names_it_has(
    decoded: Decoded, source_with: Sources
) -> None:
    names = ("Тіркеу нөмірі", "Ауруды жұқтырған", "Облыс", "Қала", "Ұшы")
    sent = f"{lost(';'.join(names), 'cp1251')};Жаңа\n1;2;3;4;5;6\n".encode()
    told = found(decoded, source_with(names, delimiter=";"), sent)
    assert told == [("lost-characters-in-names", "Тіркеу н?мірі", "Тіркеу нөмірі")]


@pytest.mark.parametrize("taken_for", ["cp1252", "cp1254", "cp1251"])
def test_text_that_was_encoded_twice_is_refused_and_told_as_such(
    taken_for: str, decoded: Decoded, source_with: Sources
) -> None:
    names = "Облыс;Саны" if taken_for == "cp1251" else "Şəhər;Sağalan"
    twice = names.encode().decode(taken_for, errors="replace")
    told = found(decoded, source_with(tuple(names.split(";")), delimiter=";"), f"{twice}\n1;2\n".encode())
    assert told == [("wrong-encoding", "text that was encoded twice", "utf-8")]
