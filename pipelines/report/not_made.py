"""Why checks were not made, the many reasons grouped into few."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from pipelines.artefacts import Check
from pipelines.report.speech import Said, Speech

_NOT_SENT = "no-field"  # a reason for each field; together they are one
_LONGEST = 400


def reasons(checks: Sequence[Check], speech: Speech) -> list[tuple[int, Said]]:
    """Give each reason for which checks were not made, with their number, the most frequent first."""
    counts = Counter(check.why_not for check in checks if check.failed is None)
    unsent = {why: n for why, n in counts.items() if speech.reason(why)[0] == _NOT_SENT}
    if unsent:
        fields = {field for why in unsent for field in speech.reason(why)[1].split(", ")}
        text = speech.declared.report_words.phrases[_NOT_SENT].format(fields=", ".join(sorted(fields)))
        counts = Counter({why: n for why, n in counts.items() if why not in unsent}) + Counter(
            {text: sum(unsent.values())}
        )
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0] or ""))
    return [(n, speech.expected(why, _LONGEST) if why else speech.told("not-made")) for why, n in ordered]
