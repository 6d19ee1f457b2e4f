"""Which of the older encodings a text is written in: those that can carry the languages, scored letter by letter.

A detector alone is wrong on these alphabets too often; the letters that the languages really use are declared, in
every label, month, place name and header word, and a wrong encoding shows others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import pairwise

from pipelines.declarations import Declarations
from pipelines.declarations.header_words import HeaderWords
from pipelines.decode.encodings import OLDER
from pipelines.draft.drafted import Said

_SURE, _TOO_FEW = 0.99, 12
_FOREIGN = 1  # a letter that stands so seldom in all words of a language is of a foreign name


def older_encoding(
    raw: bytes, languages: Iterable[str], country: str, declared: Declarations, above: HeaderWords
) -> Said | None:
    """Name the encoding in which the letters of the text are those of the languages; None where none fits."""
    spoken = tuple(languages)
    letters = {language: _letters(language, country, declared, above) for language in (*spoken, "en")}
    shown = {e: text for e in OLDER if (text := _decoded(raw, e)) is not None and _carries(e, letters)}
    known = set().union(*letters.values())
    scores = {e: _score(text, known) for e, text in shown.items()}
    if not scores:
        return None
    best = max(scores, key=lambda e: (scores[e], _carried(e, letters)))
    same = [e for e in scores if shown[e] == shown[best]]
    rivals = [scores[e] for e in scores if e not in same]
    foreign = sum(1 for c in shown[best] if ord(c) > 127)  # noqa: PLR2004  beyond ASCII
    why = f"{scores[best]:.0%} of {foreign} letters beyond ASCII are of {', '.join(spoken)}"
    why += f"; the next encoding has {max(rivals):.0%}" if rivals else ""
    if len(same) > 1:
        why += f"; {', '.join(e for e in same if e != best)} would read the same"
    ahead = (scores[best] - max(rivals, default=0.0)) * foreign  # in letters
    sure = scores[best] >= _SURE and ahead >= _TOO_FEW
    return Said(best, "certain" if sure and len(same) == 1 else "likely", why)


def _letters(language: str, country: str, declared: Declarations, above: HeaderWords) -> dict[str, int]:
    """Count the letters of a language beyond ASCII, as its declared words have them, without those of foreign names."""
    said = declared.languages.get(language)
    own = (n.name for n in declared.place_names if n.language == language and n.place_id.startswith(country))
    words = [*(said.months if said else ()), *own]
    words += [word for word, targets in above.said.items() if any(language in of for of in targets.values())]
    for listed in declared.codes.values():
        for code in listed.codes:
            words += [w for w in (code.labels.get(language), *code.synonyms.get(language, ())) if w]
    counted = Counter(c for word in words for c in word.lower() if ord(c) > 127 and c.isalpha())  # noqa: PLR2004
    kept = {c: n for c, n in counted.items() if n > _FOREIGN}
    return kept | {c.upper(): n for c, n in kept.items() if len(c.upper()) == 1}


def _decoded(raw: bytes, encoding: str) -> str | None:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        return None


def _carries(encoding: str, letters: dict[str, dict[str, int]]) -> bool:
    """Whether the encoding has almost all that is written in one of the languages; foreign names are written seldom."""
    return any(_share(encoding, of) >= 0.95 for language, of in letters.items() if of and language != "en")  # noqa: PLR2004


def _carried(encoding: str, letters: dict[str, dict[str, int]]) -> float:
    return sum(_share(encoding, of) for of in letters.values())


def _share(encoding: str, of: dict[str, int]) -> float:
    return sum(n for c, n in of.items() if _can_write(encoding, c)) / max(1, sum(of.values()))


def _can_write(encoding: str, letter: str) -> bool:
    try:
        letter.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def _score(text: str, known: set[str]) -> float:
    """Give the share of characters beyond ASCII that are letters of the languages and stand as letters stand."""
    beyond = [c for c in text if ord(c) > 127 and c not in "\u00a0–—«»“”‘’°²³№…±×"]  # noqa: PLR2004
    if not beyond:
        return 1.0
    torn = sum(1 for a, b in pairwise(text) if a.islower() and b.isupper() and ord(b) > 127)  # noqa: PLR2004
    return max(0.0, (sum(c in known for c in beyond) - torn) / len(beyond))
