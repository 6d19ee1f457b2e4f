"""How much a header looks like one of a field's words: by its letters, and by the words that both have.

A word counts the more the fewer fields it stands for: `intensive` says much, `number` says little. Words with the same
beginning are one, as endings differ in our languages.
"""

from __future__ import annotations

from collections.abc import Collection

from pipelines.declarations.header_words import plain
from pipelines.draft.known import Known

_LIKE = 0.95  # what is only like a word is never as good as the word
_ABROAD = 0.8  # likeness of a word that another language writes alike
_STEM, _SAME = 4, 0.7  # letters that a beginning has at least, and its share of the longer word
_ENOUGH = 0.5  # weight that both have: what three fields have in their words tells none of them from the others
_MOST = 0.5  # of a header's own weight is in the field's word, or they have a word in common by chance


def alike(header: str, field: str, known: Known) -> float:
    """Give the likeness of a header to the nearest word of a field, in these languages and English, from 0 to 0.95."""
    own = known.words_of(field)
    texts = [text for said in known.texts(header) if (text := plain(said))]
    near = (max(_by_letters(text, word), _by_words(text, word, known)) for text in texts for word in own)
    likeness = max(near, default=0.0)
    if likeness < _ABROAD and any(known.forms.is_near(text, field) for text in known.texts(header)):
        likeness = _ABROAD
    return _LIKE * likeness


def _by_letters(text: str, word: str) -> float:
    one, other = _threes(text), _threes(word)
    return 2 * len(one & other) / (len(one) + len(other))


def _threes(text: str) -> set[str]:
    padded = f" {text} "
    return {padded[i : i + 3] for i in range(len(padded) - 2)}


def _by_words(text: str, word: str, known: Known) -> float:
    said, meant = text.split(" "), word.split(" ")
    if sum(known.weight(one) for one in said if any(_kin(one, other) for other in meant)) < _ENOUGH:
        return 0.0
    ours, theirs = _common(said, meant, known), _common(meant, said, known)
    return 2 * ours * theirs / (ours + theirs) if ours >= _MOST else 0.0


def _common(of: Collection[str], other: Collection[str], known: Known) -> float:
    """Give the share of the weight of some words that others have too."""
    weights = {one: known.weight(one) for one in of}
    return sum(w for one, w in weights.items() if any(_kin(one, each) for each in other)) / sum(weights.values())


def _kin(one: str, other: str) -> bool:
    if one == other:
        return True
    if one[:_STEM] != other[:_STEM] or min(len(one), len(other)) < _STEM:
        return False
    differ = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return differ >= _SAME * max(len(one), len(other))
