"""The report as one page to forward by mail: no script, nothing from elsewhere, readable on paper and on a phone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.artefacts import Check, Verdict
from pipelines.declarations.source import Source
from pipelines.report import words
from pipelines.report.mistakes import broken_rules
from pipelines.report.readings import readings
from pipelines.report.speech import Speech

if TYPE_CHECKING:
    from jinja2 import Template
    from markupsafe import Markup

    from pipelines.report.speech import Said

PER_RULE = 200
_BRACES = re.compile(r"\{(\w+)\}")
_ROWS = 12  # row numbers shown of one mistake
_COLUMNS = 60  # columns of the file shown one by one
_SLIVER = 12.0  # the narrowest part of the bar, in thousandths


@dataclass(frozen=True)
class Part:
    """A part of the bar, for one line of the accounts: where it begins and how wide it is, in thousandths."""

    line: words.FateLine
    shade: str
    share: str
    x: float
    width: float


def as_html(
    verdict: Verdict,
    source: Source,
    speech: Speech,
    file_name: str,
    sha256: str,
    now: datetime,
) -> str:
    """Write the verdict as one page of HTML. Of each rule it shows the first 200 mistakes and says how many more."""
    declared = speech.declared
    broken = broken_rules(verdict, declared, PER_RULE)
    parts, widened = _bar(verdict, speech)
    return _template().render(
        verdict=verdict,
        source=source,
        table=declared.tables[source.table],
        told=words.decision(verdict, speech),
        file_name=file_name,
        sha256=sha256,
        now=now.astimezone(UTC),
        parts=parts,
        widened=widened,
        problems=[b for b in broken if b.rule.consequence != "note" and not b.acknowledged],
        acknowledged=[(b, words.why_known(b, speech)) for b in broken if b.acknowledged],
        notes=[b for b in broken if b.rule.consequence == "note"],
        made=_made(verdict.checks),
        not_made=_not_made(verdict.checks),
        extract=verdict.harmonised.extract if verdict.harmonised else None,
        readings=readings(verdict.harmonised, source, speech) if verdict.harmonised else [],
        most_columns=_COLUMNS,
        speech=speech,
        w=partial(_marked, speech),
        spoken=_spoken,
        shown=speech.shown,
        number=speech.number,
        counted=speech.count,
        rows=lambda mistake: speech.row_list(mistake.rows, mistake.row_count, _ROWS),
    )


@cache
def _template() -> Template:
    from jinja2 import Environment, StrictUndefined  # noqa: PLC0415  heavy, and only a page needs it

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(Path(__file__).with_name("report.html.jinja").read_text(encoding="utf-8"))


def _marked(speech: Speech, identity: str, **parts: str | Markup) -> Markup:
    """Give a word, marked as English where it is not translated; what fills it may be markup."""
    from markupsafe import Markup, escape  # noqa: PLC0415  as above

    filled = {name: str(escape(part)) for name, part in parts.items()}
    holes = {name: f"{{{name}}}" for name in parts}
    text = _BRACES.sub(lambda hole: filled.get(hole[1], hole[0]), str(escape(speech.word(identity, **holes))))
    return Markup(text if speech.says("word", identity) else f'<span lang="en">{text}</span>')  # noqa: S704  escaped above


def _spoken(said: Said) -> Markup:
    """Give a sentence with its English beside it, smaller."""
    from markupsafe import Markup  # noqa: PLC0415  as above

    beside = Markup('<span class="english" lang="en">{}</span>').format(said.english) if said.english else Markup()
    return Markup("{} {}").format(said.text, beside) if said.text else beside


def _bar(verdict: Verdict, speech: Speech) -> tuple[list[Part], bool]:
    """Lay the facts side by side. A part too thin to be seen is drawn wider, and the page says so."""
    lines = [line for line in words.fate_lines(verdict.accounts, verdict.decision, speech) if line.rows or line.facts]
    every = max(verdict.accounts.facts, 1)
    true = [1000 * line.facts / every for line in lines]
    drawn = [max(width, _SLIVER) if width else 0.0 for width in true]
    scale = 1000 / (sum(drawn) or 1)
    parts, x = [], 0.0
    for line, shade, width in zip(lines, _shades(lines, verdict), drawn, strict=True):
        parts.append(Part(line, shade, _share(line.facts, every, speech), round(x, 2), round(width * scale, 2)))
        x += width * scale
    return parts, drawn != true


def _shades(lines: Sequence[words.FateLine], verdict: Verdict) -> list[str]:
    own = {"accepted": "waits" if verdict.decision in {"held", "refused"} else "accepted", "rejected": "rejected"}
    asides = iter(range(1, len(lines) + 1))
    return [own.get(line.fate) or f"aside{(next(asides) - 1) % 6 + 1}" for line in lines]


def _share(part: int, every: int, speech: Speech) -> str:
    share = 100 * part / every
    if 0 < share < 0.1:  # noqa: PLR2004  below what one decimal shows
        return f"< {speech.percent(0.1)}"
    return f"> {speech.percent(99.9)}" if part < every and share >= 99.95 else speech.percent(share)  # noqa: PLR2004  as above


def _made(checks: Sequence[Check]) -> list[Check]:
    made = [c for c in checks if c.failed is not None]
    return sorted(made, key=lambda c: (-(c.failed or 0), c.rule, c.field or ""))


def _not_made(checks: Sequence[Check]) -> list[Check]:
    return sorted((c for c in checks if c.failed is None), key=lambda c: (c.why_not or "", c.rule, c.field or ""))
