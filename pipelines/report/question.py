"""What a reviewer of a held delivery is asked: why it is held, what would be published. Never a value of a person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from pipelines.artefacts import Delivery, Verdict
from pipelines.declarations import Declarations
from pipelines.declarations.vocabulary import ENGLISH
from pipelines.report.speech import Speech
from pipelines.report.words import fate_lines


def question(delivery: Delivery, verdict: Verdict, declared: Declarations) -> tuple[str, str]:
    """Give the subject on one line, and the body as Markdown: rules, places, counts, and never what a cell says."""
    held = [f for f in verdict.findings if declared.rules[f.rule].consequence == "hold"]
    because = ", ".join(dict.fromkeys(f.rule for f in held))
    subject = f"{delivery.source}: publish {delivery.file_name}? It is held: {because or 'the rules say so'}"
    return subject, "\n".join(_body(delivery, verdict, declared))


def _body(delivery: Delivery, verdict: Verdict, declared: Declarations) -> Iterator[str]:
    speech = Speech(declared, ENGLISH)  # reviewers of the network answer in English
    number = speech.number
    received = f"{delivery.received_at:%Y-%m-%d %H:%M}Z"
    yield f"`{delivery.delivery_id}`, received {received}, {number(delivery.size_bytes)} bytes."
    yield "\n**What was read**\n"
    yield "| what became of it | rows | facts |\n| --- | ---: | ---: |"
    for line in fate_lines(verdict.accounts, verdict.decision, speech):
        yield f"| {line.name} | {number(line.rows)} | {number(line.facts)} |"
    yield "\n**Rules that it breaks**\n"
    counts = Counter({(f.rule, f.field): f.facts for f in verdict.findings})
    for (rule, field), facts in counts.most_common():
        consequence = declared.rules[rule].consequence
        yield f"- {consequence}: `{rule}`{f' in `{field}`' if field else ''}, {speech.count(facts, 'fact')}"
    yield "\n*Publish* takes what is accepted into the lake; *Return to sender* leaves it out. The ledger keeps both."
