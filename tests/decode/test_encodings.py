"""Older encodings, packed files, short rows and blank lines: what decode does beside reading plain UTF-8."""

from __future__ import annotations

import codecs
import gzip
from collections.abc import Callable

import pytest

from pipelines.artefacts import Extract
from pipelines.declarations.source import Source
from pipelines.errors import Refused

Decoded = Callable[..., tuple[Extract, list[tuple[str | None, ...]]]]
Sources = Callable[..., Source]

ALPHABETS = {
    "cp1254": "abcçdefgğhıijklmnoöprsştuüvyzABCÇDEFGĞHIİJKLMNOÖPRSŞTUÜVYZ âîû",
    "cp1250": "aábcdeéfghiíjklmnoóöőpqrstuúüűvwxyzAÁBCDEÉFGHIÍJKLMNOÓÖŐPQRSTUÚÜŰVWXYZ",
    "cp1251": "абвгдеёжзийклмнопрстуфхцчшщъыьэюяАБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ №«»",
    "kz1048": "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюяАӘБВГҒДЕЁЖЗИЙКҚЛМНҢОӨПРСТУҰҮФХҺЦЧШЩЪЫІЬЭЮЯ",
    "ptcp154": "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюяАӘБВГҒДЕЁЖЗИЙКҚЛМНҢОӨПРСТУҰҮФХҺЦЧШЩЪЫІЬЭЮЯ",
    "utf-16": "aәőışə’ʻ😀",
    "utf-16-le": "aәőışə’ʻ😀",
}


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(("encoding", "alphabet"), ALPHABETS.items())
def test_every_letter_of_an_alphabet_comes_through_its_encoding(
    encoding: str, alphabet: str, end: str, decoded: Decoded, source_with: Sources
) -> None:
    columns = (f"1{alphabet[3:9]}", "2")
    text = end.join([";".join(columns), f"{alphabet};1", f'"{alphabet}{alphabet}";2', ""])
    extract, cells = decoded(text.encode(encoding), source_with(columns, delimiter=";", encoding=encoding))
    assert cells == [(alphabet, "1"), (alphabet * 2, "2")]
    assert codecs.lookup(extract.encoding) == codecs.lookup(encoding)


@pytest.mark.parametrize("size", [1, 3000])
def test_the_first_declared_encoding_that_fits_is_taken(size: int, decoded: Decoded, source_with: Sources) -> None:
    source = source_with(("Облыс", "Саны"), delimiter=";", encoding=["utf-8", "kz1048"])
    for encoding in ("utf-8", "kz1048"):
        extract, cells = decoded(("Облыс;Саны\n" + "Ақмола;1\n" * size).encode(encoding), source)
        assert (extract.encoding, cells) == (encoding, [("Ақмола", "1")] * size)


def test_utf_8_is_tried_first_wherever_it_stands_since_the_older_encodings_take_any_byte(
    decoded: Decoded, source_with: Sources
) -> None:
    source = source_with(("Облыс", "Саны"), delimiter=";", encoding=["kz1048", "utf-8"])
    extract, cells = decoded("Облыс;Саны\nАқмола;1\n".encode(), source)
    assert (extract.encoding, cells) == ("utf-8", [("Ақмола", "1")])


def test_a_stray_byte_in_utf_8_does_not_make_the_file_one_of_the_next_encoding(
    decoded: Decoded, source_with: Sources
) -> None:
    source = source_with(("Облыс", "Саны"), delimiter=";", encoding=["utf-8", "kz1048"])
    with pytest.raises(Refused) as refused:
        decoded("Облыс;Саны\nАқмола;1\nАбай;2\n".encode().replace(b";2", b";\xff2"), source)
    assert [(f.rule, f.row, f.column, f.value) for f in refused.value.findings] == [("invalid-byte", 3, "Саны", "0xFF")]


def test_a_missing_column_is_not_taken_for_another_encoding_that_shows_as_many(
    decoded: Decoded, source_with: Sources
) -> None:
    source = source_with(("Облыс", "Саны", "Новые"), delimiter=";", encoding="kz1048")
    with pytest.raises(Refused) as refused:
        decoded("Облыс;Саны\nАбай;1\n".encode("kz1048"), source)
    assert [(f.rule, f.column) for f in refused.value.findings] == [("missing-column", "Новые")]


@pytest.mark.parametrize("name", ["sent.csv.gz", "sent.csv"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "kz1048"])
def test_a_packed_file_reads_as_the_plain_one_whatever_its_name(
    name: str, encoding: str, decoded: Decoded, source_with: Sources
) -> None:
    declared = encoding.removesuffix("-sig")
    data = gzip.compress("Облыс;Саны\nАқмола;1\n".encode(encoding))
    _, cells = decoded(data, source_with(("Облыс", "Саны"), delimiter=";", encoding=declared), name)
    assert cells == [("Ақмола", "1")]


@pytest.mark.parametrize(
    "name", ["sent.csv.gz", "sent.zst", "year=2020/sent.csv", "s?nt*.csv", "sent[1].csv", "it's {1,2} ə.csv"]
)
def test_the_name_of_a_plain_file_means_nothing(name: str, decoded: Decoded, source_with: Sources) -> None:
    source = source_with(("Облыс", "Саны"), delimiter=";")
    decoded(b"\xd0\x9e;1\n2;3\n".replace(b"\xd0\x9e;1", "Облыс;Саны".encode()), source, "sent1.csv")
    decoded("Облыс;Саны\nАбай;9\n".encode(), source, "sxntx.csv")
    extract, cells = decoded("Облыс;Саны\nАқмола;1\n".encode(), source, name)
    assert (extract.columns, cells) == (("Облыс", "Саны"), [("Ақмола", "1")])


def test_a_row_of_the_declared_short_shape_is_kept_and_counted_and_no_other_is_taken(
    decoded: Decoded, source_with: Sources
) -> None:
    source = source_with(("a", "b", "c"), delimiter=";", short_row={"cells": 1, "means": "not-reported"})
    extract, cells = decoded(b'a;b;c\n1;2;3\n4\n"5;\n6"\n7;8;9', source)
    assert cells == [("1", "2", "3"), ("4", None, None), ("5;\n6", None, None), ("7", "8", "9")]
    assert [(n.rule, n.facts) for n in extract.notes] == [("short-row-not-reported", 2)]
    with pytest.raises(Refused) as refused:
        decoded(b"a;b;c\n1;2;3\n4\n5;6\n7;8;9;10\n", source)
    assert [(f.rule, f.row, f.value, f.expected) for f in refused.value.findings] == [
        ("row-too-short", 4, "2 cells", "3 cells"),
        ("row-too-long", 5, "4 cells", "3 cells"),
    ]


def test_a_row_that_is_more_than_is_taken_is_told_though_none_of_its_lines_is_too_long(
    decoded: Decoded, source_with: Sources
) -> None:
    pages = f'a;b\n"1\n2";3\n"{"x" * 600_000}\n{"ж" * 300_000}";4\n5;6\n'
    with pytest.raises(Refused) as refused:
        decoded(pages.encode(), source_with(("a", "b"), delimiter=";"))
    assert [(f.rule, f.row, f.value, f.expected) for f in refused.value.findings] == [
        ("unreadable-row", 3, "1200006 bytes", "1048576 bytes at most")
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_blank_line_is_a_row_without_cells_and_those_at_the_end_are_none(
    end: str, decoded: Decoded, source_with: Sources
) -> None:
    text = end.join(["a;b", "1;2", "", "", "3;4", "", ""])
    extract, cells = decoded(text.encode(), source_with(("a", "b"), delimiter=";"))
    assert cells == [("1", "2"), (None, None), (None, None), ("3", "4")]
    assert [(n.rule, n.row) for n in extract.notes] == [("blank-row", 3), ("blank-row", 4)]


def test_a_byte_that_is_not_utf_8_is_found_behind_a_blank_line_too(
    decoded: Decoded, source_with: Sources, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipelines.decode.encodings.CHUNK", 8)
    with pytest.raises(Refused) as refused:
        decoded(b"a;b\n1;2\n\n3;4\n5;\xff\n", source_with(("a", "b"), delimiter=";"))
    assert [(f.rule, f.row) for f in refused.value.findings] == [("invalid-byte", 5)]


@pytest.mark.parametrize("sent_in", ["utf-8", "utf-16-le", "kz1048"])
def test_where_utf_16_is_declared_text_without_its_mark_is_refused(
    sent_in: str, decoded: Decoded, source_with: Sources
) -> None:
    source = source_with(("Облыс", "Саны"), delimiter="\t", encoding="utf-16")
    with pytest.raises(Refused) as refused:
        decoded("Облыс\tСаны\nАбай\t1\n".encode(sent_in), source)
    assert {f.rule for f in refused.value.findings} <= {"invalid-byte", "wrong-encoding"}
