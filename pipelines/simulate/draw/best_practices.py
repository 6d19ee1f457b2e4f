"""Practices: one of every field of work, told in English and in the sender's language."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from pipelines.simulate.asked import Asked
from pipelines.simulate.draw import Columns
from pipelines.simulate.told import Told, in_columns, label

_PROVEN = {"SYSTEMATIC_REVIEW", "RCT", "COHORT"}
_ENGLISH = "en"
_LASTS = 60  # days, unless it goes on


def best_practices(asked: Asked) -> Iterator[Columns]:
    """Give a practice of every field in each language; more begin in every fourth week."""
    spoken = [x for x in (asked.source.language[0], _ENGLISH) if x in asked.codes("practice_language")]
    began = [(week, domain) for week in range(0, asked.window.weeks, 4) for domain in asked.codes("practice_domain")]
    yield in_columns(
        _practice(number, week, domain, language, asked)
        for number, (week, domain) in enumerate(began, start=1)
        for language in spoken
    )


def _practice(number: int, week: int, domain: str, language: str, asked: Asked) -> Told:
    rng, levels = asked.chance(f"practice {number}"), asked.codes("evidence_level")
    level = levels[int(rng.integers(0, len(levels)))]
    title = label(asked, "practice_domain", domain, language)
    began = asked.window.first + timedelta(days=7 * week + int(rng.integers(0, 7)))
    return {
        "practice_id": f"P{number:03d}",
        "practice_language": language,
        "practice_title": f"{title} {number}",
        "practice_description": f"{title}: {label(asked, 'evidence_level', level, language)}",
        "practice_domain": domain,
        "practice_start_date": began,
        "practice_end_date": began + timedelta(days=_LASTS) if number % 2 else None,
        "practice_result": f"{int(rng.integers(10, 90))} %",
        "evidence_level": level,
        "cost_usd": int(rng.integers(1, 900)) * 1000,
        "contact_role": label(asked, "practice_domain", domain),
        "document_url": f"https://practices.example/{number}" if level in _PROVEN else None,
        **_adopted(number, asked),
    }


def _adopted(number: int, asked: Asked) -> Told:
    """Say of every third practice from which state it was taken over, and which of its practices it was there."""
    states = {p.country for p in asked.declared.places.values()} - {asked.source.country}
    known = sorted(states & {*asked.codes("adopted_from_country")})
    if number % 3 or not known:
        return {}
    return {"adopted_from_country": known[number % len(known)], "adopted_from_practice": f"P{number:03d}"}
