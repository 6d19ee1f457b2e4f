"""What a decision means, and what became of what was read, in the words of a report's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from pipelines.artefacts import ZERO_REPORTED, Accounts, Decision, Verdict
from pipelines.report.mistakes import BrokenRule
from pipelines.report.speech import Said, Speech

_FATES = (
    "rejected",
    "not-reported",
    "out-of-scope",
    "total-of-parts",
    "overtaken",
    "same-spell",
    "counted",
    "record-deleted",
    "repeated-event",
    "unlisted",
    "stale",
    "blank-row",
    "identical-duplicate",
)
_ACCEPTED: Mapping[Decision, str] = {
    "accepted": "says.accepted",
    "partly-accepted": "says.accepted",
    "held": "says.accepted-held",
    "refused": "says.accepted-refused",
}
_REASONS = 3


@dataclass(frozen=True)
class Told:
    """A decision in words: what it is called, what it means for the sender, what the sender can do."""

    word: str
    means: tuple[Said, ...]
    to_do: Said


@dataclass(frozen=True)
class FateLine:
    """One line of the accounts: how many rows and facts have this fate, what it is called and what it means."""

    fate: str
    rows: int
    facts: int
    name: str
    says: Said


def decision(verdict: Verdict, speech: Speech) -> Told:
    """Say what was decided, what is published, and what the sender can do."""
    means = {"accepted": _accepted, "partly-accepted": _partly_accepted, "held": _held, "refused": _refused}
    flagged = verdict.decision == "accepted" and _flagged(verdict, speech)
    to_do = speech.told("to-do.flagged" if flagged else f"to-do.{verdict.decision}")
    return Told(speech.word(f"decision.{verdict.decision}"), tuple(means[verdict.decision](verdict, speech)), to_do)


def fate_lines(accounts: Accounts, decided: Decision, speech: Speech) -> list[FateLine]:
    """Give each fate with its rows and facts, accepted and rejected first; they sum to what was read."""
    rows, facts = accounts.rows_by_fate, accounts.facts_by_fate
    known = dict.fromkeys(["accepted", *_FATES, *rows, *facts])
    present = [fate for fate in known if fate in rows or fate in facts]
    return [
        FateLine(fate, rows.get(fate, 0), facts.get(fate, 0), speech.fate(fate), _meaning(fate, decided, speech))
        for fate in present
    ]


def why_known(broken: BrokenRule, speech: Speech) -> str:
    """Say until when and why what breaks a rule asks for no attention."""
    about = broken.acknowledged
    return speech.word("acknowledged-until", until=speech.day(about.until), because=about.because) if about else ""


def _meaning(fate: str, decided: Decision, speech: Speech) -> Said:
    """Say what a fate means; the English beside it begins with the fate's own name, which has no other place for it."""
    identity = _ACCEPTED[decided] if fate == "accepted" else f"says.{fate}" if fate in _FATES else "says.other"
    said = speech.told(identity)
    return replace(said, english=f"{fate.replace('-', ' ')}: {said.english}") if said.english else said


def _accepted(verdict: Verdict, speech: Speech) -> list[Said]:
    if zero := [found for found in verdict.findings if found.rule == ZERO_REPORTED]:
        return [speech.sentence(speech.declared.rules[found.rule], found) for found in zero]
    accepted = verdict.accounts.facts_by_fate.get("accepted", 0)
    return [speech.told_count(accepted, "means-flagged" if _flagged(verdict, speech) else "means-accepted")]


def _partly_accepted(verdict: Verdict, speech: Speech) -> list[Said]:
    accepted, rejected = (verdict.accounts.facts_by_fate.get(fate, 0) for fate in ("accepted", "rejected"))
    numbers = {"accepted": accepted, "every": accepted + rejected, "rejected": rejected}
    return [speech.told("means.partly-accepted", **{name: speech.number(n) for name, n in numbers.items()})]


def _held(verdict: Verdict, speech: Speech) -> list[Said]:
    return [speech.told("means.held"), *_reasons(verdict, speech, "hold")]


def _refused(verdict: Verdict, speech: Speech) -> list[Said]:
    return [speech.told("means.refused"), *_reasons(verdict, speech, "refuse")]


def _reasons(verdict: Verdict, speech: Speech, consequence: str) -> list[Said]:
    rules = speech.declared.rules
    guilty = [f for f in verdict.findings if rules[f.rule].consequence == consequence and not f.acknowledged]
    said = list(dict.fromkeys(speech.sentence(rules[f.rule], f) for f in guilty))
    more = (
        [speech.told("means.more-reasons", count=speech.number(len(said) - _REASONS))] if len(said) > _REASONS else []
    )
    return [*said[:_REASONS], *more]


def _flagged(verdict: Verdict, speech: Speech) -> bool:
    rules = speech.declared.rules
    return any(rules[f.rule].consequence == "flag" for f in verdict.findings if not f.acknowledged)
