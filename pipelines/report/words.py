"""The words of a report: what a decision means, what became of a fact, a rule's sentence about one finding."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pipelines.artefacts import Accounts, Decision, Finding, Verdict
from pipelines.declarations import Declarations
from pipelines.declarations.model import Text

DASH, SPACE = "\u2013", "\u00a0"
WORD: Mapping[Decision, str] = {
    "accepted": "ACCEPTED",
    "partly-accepted": "ACCEPTED IN PART",
    "held": "HELD",
    "refused": "REFUSED",
}
_ACCEPTED: Mapping[Decision, str] = {
    "accepted": "will be published",
    "partly-accepted": "will be published",
    "held": "in order; wait until a person has decided",
    "refused": "in order, but nothing of a refused file is published",
}
_FATES = {
    "rejected": "left out until you send them corrected; each problem is listed below",
    "not-reported": "the cell is empty or says that there is no figure: absent, never zero",
    "out-of-scope": "declared as not what this table is about",
    "total-of-parts": "adds up others that are here too; left out so that nothing counts twice",
    "overtaken": "a later row of this file says the same anew; the later one counts",
    "unlisted": "a column says what kind of row this is, in a word that is not agreed",
    "stale": "repeats the last report unchanged at the end of the file: no new day",
    "blank-row": "an empty row says nothing",
    "identical-duplicate": "says the same as an earlier row; counted once",
}
_PLACEHOLDER = re.compile(r"\{(value|column|field|expected|row|nearest)\}")
_LONGEST = 120
_REASONS = 3


@dataclass(frozen=True)
class Told:
    """A decision in words: what it is called, what it means for the sender, what the sender can do."""

    word: str
    means: str
    to_do: str


@dataclass(frozen=True)
class FateLine:
    """One line of the accounts: how many rows and facts have this fate, and what it means."""

    fate: str
    rows: int
    facts: int
    says: str

    @property
    def name(self) -> str:
        """The fate as two or three plain words."""
        return self.fate.replace("-", " ")


def decision(verdict: Verdict, declared: Declarations) -> Told:
    """Say what was decided, what is published, and what the sender can do."""
    means, to_do = {
        "accepted": _accepted,
        "partly-accepted": _partly_accepted,
        "held": _held,
        "refused": _refused,
    }[verdict.decision](verdict, declared)
    return Told(WORD[verdict.decision], means, to_do)


def fate_lines(accounts: Accounts, decided: Decision) -> list[FateLine]:
    """Give each fate with its rows and facts, accepted and rejected first; they sum to what was read."""
    rows, facts = accounts.rows_by_fate, accounts.facts_by_fate
    known = dict.fromkeys(["accepted", *_FATES, *rows, *facts])
    present = [fate for fate in known if fate in rows or fate in facts]
    return [FateLine(fate, rows.get(fate, 0), facts.get(fate, 0), _meaning(fate, decided)) for fate in present]


def sentence(text: Text | None, finding: Finding) -> str:
    """Fill a rule's sentence with one finding, in a single pass: a value that has braces is never filled again."""
    said = {
        "value": finding.value,
        "column": finding.column,
        "field": finding.field,
        "expected": finding.expected,
        "row": None if finding.row is None else str(finding.row),
        "nearest": finding.nearest,
    }
    return _PLACEHOLDER.sub(lambda found: shown(said[found[1]]), text.en) if text else ""


def shown(value: str | None, longest: int = _LONGEST) -> str:
    """Show a value as written, on one line: what cannot be seen is named, what is too long is cut, None is a dash."""
    if value is None:
        return DASH
    seen = "".join(map(_visible, value[: longest + 1]))
    cut = f"{seen[:longest]}\u2026 ({counted(len(value), 'character')})" if len(value) > longest else seen
    return cut or "(empty)"


def number(count: int) -> str:
    """Write a count with a no-break space between thousands: a dot or a comma means different things to readers."""
    return f"{count:,}".replace(",", SPACE)


def counted(count: int, noun: str) -> str:
    """Write a count and its noun: `1 fact`, `20 facts`."""
    return f"{number(count)} {noun}{'' if count == 1 else 's'}"


def row_list(rows: Iterable[int], every: int, most: int) -> str:
    """Write row numbers as a spreadsheet counts them, and how many more there are: `2, 5, 9 +12 rows`."""
    few = [str(row) for row in rows][:most]
    more = f" +{counted(every - len(few), 'row')}" if every > len(few) else ""
    return f"{', '.join(few)}{more}" if few else DASH


def _visible(character: str) -> str:
    if character == " " or unicodedata.category(character)[0] not in "CZ":
        return character
    return f"<U+{ord(character):04X}>"


def _meaning(fate: str, decided: Decision) -> str:
    return _ACCEPTED[decided] if fate == "accepted" else _FATES.get(fate, "set aside for this reason")


def _accepted(verdict: Verdict, declared: Declarations) -> tuple[str, str]:
    accepted = verdict.accounts.facts_by_fate.get("accepted", 0)
    all_of_them = f"All {counted(accepted, 'fact')}" if accepted > 1 else counted(accepted, "fact")
    if any(declared.rules[f.rule].consequence == "flag" for f in verdict.findings):
        to_do = "Look at what is flagged below; if a figure is wrong, mend it and send the file again."
        return f"{all_of_them} will be published, some with a flag.", to_do
    return f"{all_of_them} will be published.", "Nothing needs mending."


def _partly_accepted(verdict: Verdict, _: Declarations) -> tuple[str, str]:
    accepted, rejected = (verdict.accounts.facts_by_fate.get(fate, 0) for fate in ("accepted", "rejected"))
    published = f"{number(accepted)} of {counted(accepted + rejected, 'fact')} will be published"
    left_out = f"{number(rejected)} {'is' if rejected == 1 else 'are'} left out until corrected"
    return f"{published}; {left_out}.", "Mend what is listed below in your file and send the whole file again."


def _held(verdict: Verdict, declared: Declarations) -> tuple[str, str]:
    means = f"Nothing is published yet: a person has to look at it first. {_reasons(verdict, declared, 'hold')}"
    return means.strip(), "If the file is right, confirm it to the reviewer; if it is not, mend it and send it again."


def _refused(verdict: Verdict, declared: Declarations) -> tuple[str, str]:
    means = f"Nothing of this file will be published. {_reasons(verdict, declared, 'refuse')}"
    return means.strip(), "Mend the file as said below and send it again."


def _reasons(verdict: Verdict, declared: Declarations, consequence: str) -> str:
    guilty = [f for f in verdict.findings if declared.rules[f.rule].consequence == consequence]
    said = list(dict.fromkeys(sentence(declared.rules[f.rule].sentence, f) for f in guilty))
    more = f" And {counted(len(said) - _REASONS, 'more reason')}: see below." if len(said) > _REASONS else ""
    return " ".join(said[:_REASONS]) + more
