"""Claims that mislead: some of each topic every week, seen, answered, closed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from pipelines.simulate.asked import Asked
from pipelines.simulate.draw import Columns
from pipelines.simulate.told import Told, in_columns, label, until

_CLOSES_AFTER = 10  # days


def misinformation_signals(asked: Asked) -> Iterator[Columns]:
    """Give a claim of every topic of every week, in one of the languages that the source can name."""
    weeks, topics = range(asked.window.weeks), asked.codes("misinformation_topic")
    signals = [(week, topic) for week in weeks for topic in topics]
    yield in_columns(_signal(number, week, topic, asked) for number, (week, topic) in enumerate(signals, start=1))


def _signal(number: int, week: int, topic: str, asked: Asked) -> Told:
    rng = asked.chance(f"claim {number}")
    verdicts, languages = asked.codes("claim_verdict"), asked.codes("signal_language")
    verdict, language = (said[int(rng.integers(0, len(said)))] for said in (verdicts, languages))
    first = asked.window.first + timedelta(days=7 * week + int(rng.integers(0, 7)))
    closed = until(first + timedelta(days=_CLOSES_AFTER), asked) if rng.integers(0, 2) else None
    channels, reaches = asked.codes("claim_channel"), asked.codes("claim_reach")
    return {
        "signal_id": f"{first:%y}-{number:04d}",
        "signal_language": language,
        "first_seen_date": first,
        "closed_date": closed,
        "misinformation_topic": topic,
        "claim": f"{label(asked, 'misinformation_topic', topic)} {number}",
        "claim_verdict": verdict,
        "rebuttal_url": f"https://answers.example/{number}" if verdict != "TRUE" else None,
        "claim_channel": channels[int(rng.integers(0, len(channels)))] if channels else None,
        "claim_reach": reaches[int(rng.integers(0, len(reaches)))] if reaches else None,
        "signal_status": "CLOSED" if closed else "ANSWERED" if verdict != "TRUE" else "OPEN",
    }
