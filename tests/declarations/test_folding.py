"""Two spellings of one word fold to one key, in DuckDB as in Python."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.declarations.folding import FOLD_FROM, fold, fold_macro

ALPHABETS = (
    "AaƏəǏıİiIĞğÖöÜüŞşÇçӘәҒғҚқҢңӨөҰұҮүҺһІіЎўҲҳŐőŰűÁáÉéŽžŇňÝýʻʼ’'`-–—\u00a0\u202f .,0123456789ЁёЙйЩщЪъЫыЬьЭэЮюЯяﬁßẞΣσς"
)


@pytest.fixture(scope="module")
def folded_in_sql() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as con:
        con.execute(fold_macro())
        yield con


def in_sql(con: duckdb.DuckDBPyConnection, texts: list[str]) -> list[str]:
    """Fold all in one statement: to plan the macro takes longer than to fold a thousand texts."""
    return [row[0] for row in con.execute("SELECT fold(text) FROM (SELECT unnest(?) AS text)", [texts]).fetchall()]


TEXTS = st.text(st.sampled_from(sorted(set(ALPHABETS + FOLD_FROM))), max_size=30)


@settings(max_examples=50, deadline=None)
@given(st.lists(TEXTS, min_size=10, max_size=20))
def test_duckdb_folds_the_nine_languages_as_python_does(
    folded_in_sql: duckdb.DuckDBPyConnection, texts: list[str]
) -> None:
    assert in_sql(folded_in_sql, texts) == [fold(text) for text in texts]


def test_duckdb_folds_every_letter_of_the_latin_and_cyrillic_blocks_as_python_does(
    folded_in_sql: duckdb.DuckDBPyConnection,
) -> None:
    letters = [chr(c) for c in (*range(1, 0x600), *range(0x1E00, 0x2100)) if unicodedata.category(chr(c)) != "Cn"]
    folded = zip(letters, in_sql(folded_in_sql, letters), strict=True)
    assert [letter for letter, in_duckdb in folded if in_duckdb != fold(letter)] == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("İSTANBUL", "istanbul"),
        ("Iğdır", "IĞDIR"),
        ("Kǝngǝrli", "Kəngərli"),
        ("Toshkent shahri", "Тoshkеnt  shahri"),
        ("Oʻzbekiston", "O'zbekiston"),
        ("Fargʻona", "Farg’ona"),
        ("Győr-Moson-Sopron", "Gyo\u030br–Moson–Sopron"),
        ("  Алматы\u00a0облысы ", "алматы облысы"),
    ],
)
def test_spellings_of_one_name_fold_to_one_key(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("one", "other"), [("Алматы", "Алматинская область"), ("Osh", "Os"), ("kişi", "kisi"), ("ő", "ö")]
)
def test_different_words_stay_different(one: str, other: str) -> None:
    assert fold(one) != fold(other)


def test_folding_twice_is_folding_once() -> None:
    assert all(fold(fold(letter)) == fold(letter) for letter in ALPHABETS)
