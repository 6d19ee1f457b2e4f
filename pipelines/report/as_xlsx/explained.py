"""What a row and a cell of the sender's sheet are told: one word to filter by, and the sentences why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from pipelines.artefacts import Decision, Finding
from pipelines.report.as_xlsx.marked_rows import MarkedRow
from pipelines.report.speech import Speech

if TYPE_CHECKING:
    from pipelines.declarations.model import Consequence
    from pipelines.report.as_xlsx.pen import Look

_LOOKS: Mapping[Consequence, Look] = {
    "refuse": "rejected",
    "hold": "flagged",
    "reject": "rejected",
    "flag": "flagged",
    "note": "note",
}
_GRAVITY = list(_LOOKS)
_MOST = 8  # problems told of one cell or row; the sheet of all mistakes has the others


def look(found: Iterable[Finding], speech: Speech) -> Look:
    """Give the look of the gravest of these problems."""
    return _LOOKS[_gravest(found, speech)]


def follows(found: Finding, speech: Speech) -> str:
    """Say in a word or two what follows from a problem."""
    if found.acknowledged:
        return speech.word("heading.acknowledged")
    return speech.word(f"follows.{speech.declared.rules[found.rule].consequence}")


def became(row: MarkedRow, speech: Speech, decided: Decision) -> str:
    """Say what became of a row, in one of few words; nothing where it is simply accepted."""
    gravest = _gravest(row.found, speech) if row.found else None
    if gravest in {"refuse", "hold"}:
        return speech.word(f"follows.{gravest}")
    if "rejected" in row.fates:
        return speech.word("became.in-part" if "accepted" in row.fates else "fate.rejected")
    if row.fates and "accepted" not in row.fates:
        return speech.word("became.aside", reasons=", ".join(map(speech.fate, _reasons(row.fates))))
    good = "in-order" if decided in {"held", "refused"} else "accepted"
    return speech.word(f"became.{good}-{gravest}") if gravest in {"flag", "note"} else ""


def why(row: MarkedRow, speech: Speech, meanings: Mapping[str, str]) -> str:
    """Say why: each problem in a sentence or two, or the reason for which the row is set aside."""
    told = [_told(found, speech) for found in _ordered(row.found, speech)]
    if not told and row.fates and "accepted" not in row.fates:
        told = [meanings[fate] for fate in _reasons(row.fates)]
    return " | ".join(_few(told, speech))


def comment(found: Sequence[Finding], speech: Speech) -> str:
    """Give the words of the comment on a cell: for each rule what is wrong, what is expected, how to mend it."""
    return "\n\n".join(_few([_comment(problem, speech) for problem in _ordered(found, speech)], speech))


def _comment(found: Finding, speech: Speech) -> str:
    rule = speech.declared.rules[found.rule]
    lines = [f"{follows(found, speech).upper()} ({rule.id})", str(speech.sentence(rule, found))]
    lines += [f"{speech.word('expected')}: {speech.expected(found.expected)}"] if found.expected else []
    lines += [speech.word("did-you-mean", word=speech.shown(found.nearest))] if found.nearest else []
    mend = speech.mend(rule, found)
    lines += [f"{speech.word('head.to-mend')}: {mend}"] if mend else []
    return "\n".join(lines)


def _told(found: Finding, speech: Speech) -> str:
    where = f"{speech.shown(speech.column(found), 40)}: " if found.column else ""
    expected = f" {speech.word('expected')}: {speech.expected(found.expected)}." if found.expected else ""
    nearest = f" {speech.word('did-you-mean', word=speech.shown(found.nearest))}" if found.nearest else ""
    return f"{where}{speech.sentence(speech.declared.rules[found.rule], found)}{expected}{nearest}"


def _few(told: list[str], speech: Speech) -> list[str]:
    """Keep the first few; the same words, said of several facts, are said once."""
    once = list(dict.fromkeys(told))
    left = len(once) - _MOST
    return once[:_MOST] + ([speech.word("more-problems", count=speech.number(left))] if left > 0 else [])


def _reasons(fates: Sequence[str]) -> list[str]:
    """An empty cell is worth telling only where nothing else is to be told of the row."""
    return [fate for fate in fates if fate != "not-reported"] or list(fates)


def _gravest(found: Iterable[Finding], speech: Speech) -> Consequence:
    return min((speech.declared.rules[f.rule].consequence for f in found), key=_GRAVITY.index)


def _ordered(found: Iterable[Finding], speech: Speech) -> list[Finding]:
    return sorted(found, key=lambda f: _GRAVITY.index(speech.declared.rules[f.rule].consequence))
