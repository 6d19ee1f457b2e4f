"""Folding of names and codes: one SQL macro and its one Python twin, proved equal by a property test.

Two spellings that a reader takes for the same word fold to the same key: dotted and dotless i, the two schwas,
the apostrophes of Uzbek oʻ and gʻ, Latin and Cyrillic look-alikes, composed and decomposed accents, case, spaces
and dashes. The key is for joining only; it is never published. DuckDB and Python lower some letters differently
(İ above all), so those letters are replaced first, by the same table on both sides.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_CYRILLIC, _LATIN = "АВЕЁКМНОРСТУХІЅЈҺавеёкмнорстухіѕјһ", "abeekmhopctyxisjhabeekmhopctyxisjh"
_SPACES = "\t\n\r\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"
_APOSTROPHES = "\u02bb\u02bc\u02b9\u02b0\u2018\u2019\u201b\u0060\u00b4\u2032\uff07"
_INVISIBLE = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad"
_LETTERS, _KEYS = "İIıƏǝƎҢңҒғ", "iiiəəəңңғғ"

FOLD_FROM = _CYRILLIC + _LETTERS + _SPACES + _DASHES + _APOSTROPHES + _INVISIBLE
FOLD_TO = _LATIN + _KEYS + " " * len(_SPACES) + "-" * len(_DASHES) + "'" * len(_APOSTROPHES)
_TABLE = {ord(c): (FOLD_TO[i] if i < len(FOLD_TO) else None) for i, c in enumerate(FOLD_FROM)}


@lru_cache(maxsize=1 << 16)  # the same declared words are folded for every source
def fold(text: str) -> str:
    """Give the key under which a name or code is known; the twin of the SQL macro `fold`."""
    mapped = unicodedata.normalize("NFC", text).translate(_TABLE)
    lowered = "".join(_lower(c) for c in mapped)
    return " ".join(part for part in lowered.split(" ") if part)


def fold_macro() -> str:
    """Give the SQL that creates the macro `fold(x)`. Functions only: DuckDB then folds each dictionary entry once."""
    translated = f"translate(nfc_normalize(x), {_literal(FOLD_FROM)}, {_literal(FOLD_TO)})"
    return f"CREATE OR REPLACE TEMP MACRO fold(x) AS trim(regexp_replace(lower({translated}), ' +', ' ', 'g'), ' ')"


def _lower(character: str) -> str:
    lowered = character.lower()
    return lowered if len(lowered) == 1 else character


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
