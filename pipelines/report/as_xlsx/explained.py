"""What a row and a cell of the sender's sheet are told: one word to filter by, and the sentences why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from pipelines.artefacts import Decision, Finding
from pipelines.declarations import Declarations
from pipelines.report.as_xlsx.marked_rows import MarkedRow
from pipelines.report.words import counted, sentence, shown

if TYPE_CHECKING:
    from pipelines.declarations.model import Consequence
    from pipelines.report.as_xlsx.pen import Look

FOLLOWS: Mapping[Consequence, str] = {
    "refuse": "refuses the file",
    "hold": "holds the file",
    "reject": "rejected",
    "flag": "flagged",
    "note": "note",
}
_LOOKS: Mapping[Consequence, Look] = {
    "refuse": "rejected",
    "hold": "flagged",
    "reject": "rejected",
    "flag": "flagged",
    "note": "note",
}
_GRAVITY = list(FOLLOWS)
_MOST = 8  # problems told of one cell or row; the sheet of all mistakes has the others


def look(found: Iterable[Finding], declared: Declarations) -> Look:
    """Give the look of the gravest of these problems."""
    return _LOOKS[_gravest(found, declared)]


def became(row: MarkedRow, declared: Declarations, decided: Decision) -> str:
    """Say what became of a row, in one of few words; nothing where it is simply accepted."""
    gravest = _gravest(row.found, declared) if row.found else None
    if gravest in {"refuse", "hold"}:
        return FOLLOWS[gravest]
    if "rejected" in row.fates:
        return "rejected in part" if "accepted" in row.fates else "rejected"
    if row.fates and "accepted" not in row.fates:
        return f"set aside: {', '.join(fate.replace('-', ' ') for fate in _reasons(row.fates))}"
    good = "in order" if decided in {"held", "refused"} else "accepted"
    return f"{good}, with a {gravest}" if gravest else ""


def why(row: MarkedRow, declared: Declarations, meanings: Mapping[str, str]) -> str:
    """Say why: each problem in a sentence or two, or the reason for which the row is set aside."""
    told = [_told(found, declared) for found in _ordered(row.found, declared)]
    if not told and row.fates and "accepted" not in row.fates:
        told = [meanings[fate] for fate in _reasons(row.fates)]
    return " | ".join(_few(told))


def comment(found: Sequence[Finding], declared: Declarations) -> str:
    """Give the words of the comment on a cell: for each rule what is wrong, what is expected, how to mend it."""
    return "\n\n".join(_few([_comment(problem, declared) for problem in _ordered(found, declared)]))


def _comment(found: Finding, declared: Declarations) -> str:
    rule = declared.rules[found.rule]
    lines = [f"{FOLLOWS[rule.consequence].upper()} ({rule.id})", sentence(rule.sentence, found)]
    lines += [f"Expected: {shown(found.expected)}"] if found.expected else []
    lines += [f"Did you mean {shown(found.nearest)}?"] if found.nearest else []
    lines += [f"To mend it: {sentence(rule.mend, found)}"] if rule.mend else []
    return "\n".join(lines)


def _told(found: Finding, declared: Declarations) -> str:
    where = f"{shown(found.column, 40)}: " if found.column else ""
    expected = f" Expected: {shown(found.expected)}." if found.expected else ""
    nearest = f" Did you mean {shown(found.nearest)}?" if found.nearest else ""
    return f"{where}{sentence(declared.rules[found.rule].sentence, found)}{expected}{nearest}"


def _few(told: list[str]) -> list[str]:
    """Keep the first few; the same words, said of several facts, are said once."""
    once = list(dict.fromkeys(told))
    more = [f"and {counted(len(once) - _MOST, 'more problem')}"] if len(once) > _MOST else []
    return once[:_MOST] + more


def _reasons(fates: Sequence[str]) -> list[str]:
    """An empty cell is worth telling only where nothing else is to be told of the row."""
    return [fate for fate in fates if fate != "not-reported"] or list(fates)


def _gravest(found: Iterable[Finding], declared: Declarations) -> Consequence:
    return min((declared.rules[f.rule].consequence for f in found), key=_GRAVITY.index)


def _ordered(found: Iterable[Finding], declared: Declarations) -> list[Finding]:
    return sorted(found, key=lambda f: _GRAVITY.index(declared.rules[f.rule].consequence))
