"""The report in a terminal: the decision, where everything went, what to mend. At most twenty mistakes."""

from __future__ import annotations

from collections.abc import Iterator

from rich import box
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from pipelines.artefacts import Verdict
from pipelines.declarations.source import Source
from pipelines.report.mistakes import BrokenRule, Mistake, broken_rules
from pipelines.report.not_made import reasons
from pipelines.report.speech import DASH, Said, Speech
from pipelines.report.words import decision, fate_lines, why_known

LINES = 20
_STYLE = {"accepted": "bold green", "partly-accepted": "bold yellow", "held": "bold yellow", "refused": "bold red"}
_COLOUR = {"refuse": "red", "hold": "yellow", "reject": "red", "flag": "yellow", "note": "cyan"}
_RATIO = {"row": None, "column": 3, "value": 4, "nearest": 4, "expected": 4}


def summary(verdict: Verdict, source: Source, speech: Speech) -> RenderableType:
    """Tell the sender the verdict on a screen or two; it fits 80 columns and needs no colour."""
    declared = speech.declared
    broken = broken_rules(verdict, declared, LINES)
    problems = [b for b in broken if b.rule.consequence != "note" and not b.acknowledged]
    notes = [b for b in broken if b.rule.consequence == "note"]
    parts = [
        _headline(verdict, source, speech),
        *_accounts(verdict, source, speech),
        *_problems(problems, speech),
        *_acknowledged([b for b in broken if b.acknowledged], speech),
        *_notes(notes, speech),
        *_not_checked(verdict, speech),
    ]
    return Group(*parts)


def _headline(verdict: Verdict, source: Source, speech: Speech) -> Text:
    told = decision(verdict, speech)
    read_as = speech.word("read-as", name=source.table)
    text = Text.assemble((told.word, _STYLE[verdict.decision]), f"  {source.source}, {read_as}\n")
    for at, line in enumerate(told.means):
        text = _spoken(text.append(" " if at else ""), line)
    text.append("\n").append(f"{speech.word('to-do')}: ", style="bold")
    text = _spoken(text, told.to_do)
    return text if speech.all_checked else text.append(f"\n{speech.word('remark.unchecked')}", style="dim")


def _spoken(text: Text, said: Said) -> Text:
    """Add a sentence, and its English in brackets where there is one."""
    if said.text:
        text.append(said.text)
    if said.english:
        text.append(f"{' ' if said.text else ''}[{said.english}]", style="dim" if said.text else "")
    return text


def _accounts(verdict: Verdict, source: Source, speech: Speech) -> Iterator[RenderableType]:
    accounts, number = verdict.accounts, speech.number
    if verdict.harmonised is None:
        yield _heading(speech.word("heading.nothing-read"), speech.word("remark.nothing-read"))
        return
    fact = speech.word("remark.fact-is-a-cell" if source.unpivot else "remark.fact-is-a-row")
    yield _heading(speech.word("heading.accounts"), fact)
    table = Table(box=box.SIMPLE, show_footer=True, pad_edge=False, padding=(0, 1))
    table.add_column("", speech.word("read"), no_wrap=True)
    table.add_column(_lower(speech, "head.rows"), number(accounts.rows), justify="right", no_wrap=True)
    table.add_column(_lower(speech, "head.facts"), number(accounts.facts), justify="right", no_wrap=True)
    table.add_column("", speech.word("read.sum"))
    for line in fate_lines(accounts, verdict.decision, speech):
        table.add_row(Text(line.name), number(line.rows), number(line.facts), _spoken(Text(), line.says))
    yield table


def _problems(broken: list[BrokenRule], speech: Speech) -> Iterator[RenderableType]:
    if not broken:
        return
    mistakes = sum(b.mistake_count for b in broken)
    yield _heading(
        speech.word("heading.problems"), f"{speech.count(mistakes, 'mistake')}, {speech.word('remark.gravest-first')}"
    )
    chosen = _chosen(broken)
    for rule in (b for b in broken if b.rule.id in chosen):
        some = chosen[rule.rule.id]
        yield from _rule(rule, _shared(some), speech)
        yield Padding(_mistakes(rule, some, _shared(some), speech), (0, 0, 1, 2)) if rule.has_places else Text()
    if left := mistakes - sum(map(len, chosen.values())):
        yield Text(speech.word("more-mistakes", count=speech.number(left)), style="bold")


def _chosen(broken: list[BrokenRule]) -> dict[str, list[Mistake]]:
    """Choose which mistakes are shown: the first of each rule, then the second of each, until the lines are full."""
    ranked = sorted(((nth, at) for at, b in enumerate(broken) for nth in range(len(b.mistakes))))
    chosen: dict[str, list[Mistake]] = {}
    for nth, at in ranked[:LINES]:
        chosen.setdefault(broken[at].rule.id, []).append(broken[at].mistakes[nth])
    return chosen


def _rule(broken: BrokenRule, shared: str | None, speech: Speech) -> Iterator[RenderableType]:
    rule, first = broken.rule, broken.mistakes[0].finding
    yield Text.assemble((rule.id, f"bold {_COLOUR[rule.consequence]}"), f"  {_follows(broken, speech)}")
    example = f"{_lower(speech, 'for-example')}: " if broken.mistake_count > 1 else ""
    lines = [_spoken(Text(example), speech.sentence(rule, first))]
    lines += [_spoken(Text(f"{speech.word('expected')}: "), speech.expected(shared))] if shared else []
    if mend := speech.mend(rule, first):
        lines.append(_spoken(Text(f"{speech.word('head.to-mend')}: "), mend))
    yield from (Padding(line, (0, 0, 0, 2)) for line in lines)


def _follows(broken: BrokenRule, speech: Speech) -> str:
    counted = {"reject": "rejects", "flag": "flags"}.get(broken.rule.consequence)
    return speech.count(broken.facts, counted) if counted else speech.word(f"follows.{broken.rule.consequence}")


def _shared(mistakes: list[Mistake]) -> str | None:
    """Give what is expected where it is the same in every line, so that it is said once."""
    expected = {mistake.finding.expected for mistake in mistakes}
    return expected.pop() if len(expected) == 1 else None


def _mistakes(broken: BrokenRule, mistakes: list[Mistake], shared: str | None, speech: Speech) -> Table:
    columns = {"row": [Text(speech.row_list(m.rows, m.row_count, 1)) for m in mistakes]}
    columns["column"] = [Text(speech.shown(speech.column(m.finding), 60)) for m in mistakes]
    columns["value"] = [Text(speech.shown(speech.value(m.finding), 60)) for m in mistakes]
    columns["nearest" if shared else "expected"] = [_wanted(m, shared, speech) for m in mistakes]
    kept = [kind for kind, cells in columns.items() if kind == "row" or any(cell.plain != DASH for cell in cells)]
    table = Table(box=None, expand=True, pad_edge=False, padding=(0, 1), header_style="dim")
    for kind in kept:
        width, head = 14 if kind == "row" else None, _lower(speech, f"head.{kind}")
        table.add_column(head, width=width, ratio=_RATIO[kind], overflow="fold")
    if broken.counts_facts:
        table.add_column(_lower(speech, "head.facts"), justify="right", no_wrap=True)
        kept.append("facts")
        columns["facts"] = [Text(speech.number(m.finding.facts)) for m in mistakes]
    for at in range(len(mistakes)):
        table.add_row(*(columns[kind][at] for kind in columns if kind in kept))
    return table


def _wanted(mistake: Mistake, shared: str | None, speech: Speech) -> Text:
    found = mistake.finding
    nearest = speech.shown(found.nearest, 60)
    if shared:
        return Text(nearest, style="bold" if found.nearest else "")
    text = Text()
    if found.expected or not found.nearest:
        _spoken(text, speech.expected(found.expected, 100))
    if found.nearest:
        meant = speech.word("did-you-mean", word=nearest)
        text.append("\n" if found.expected else "").append(meant, style="bold")
    return text


def _notes(broken: list[BrokenRule], speech: Speech) -> Iterator[RenderableType]:
    if not broken:
        return
    yield _heading(speech.word("heading.notes"), speech.word("remark.nothing-to-mend"))
    for note in broken:
        text = _spoken(
            Text.assemble((note.rule.id, "cyan"), ": "), speech.sentence(note.rule, note.mistakes[0].finding)
        )
        text.append(f" ({speech.count(note.facts, 'time')})" if note.facts > 1 else "")
        yield Padding(text, (0, 0, 0, 2))


def _acknowledged(broken: list[BrokenRule], speech: Speech) -> Iterator[RenderableType]:
    if not broken:
        return
    yield _heading(speech.word("heading.acknowledged"), speech.word("remark.acknowledged"))
    for one in broken:
        known = Text.assemble((one.rule.id, "cyan"), f"  {speech.count(one.facts, 'fact')}: {why_known(one, speech)}")
        yield Padding(known, (0, 0, 0, 2))


def _not_checked(verdict: Verdict, speech: Speech) -> Iterator[RenderableType]:
    made = sum(check.failed is not None for check in verdict.checks)
    if made == len(verdict.checks):
        return
    told = speech.word(
        "checks-made", made=speech.count(len(verdict.checks) - made, "check"), passed=speech.number(made)
    )
    yield _heading(speech.word("heading.not-checked"), told)
    for count, why in reasons(verdict.checks, speech):
        yield Padding(_spoken(Text(f"{speech.number(count)}: "), why), (0, 0, 0, 2))
    yield Padding(Text(speech.word("names-each")), (0, 0, 0, 2))


def _lower(speech: Speech, word: str) -> str:
    """Begin an English word small: above a column that is how the terminal writes them."""
    text = speech.word(word)
    return text if speech.foreign else text[:1].lower() + text[1:]


def _heading(title: str, remark: str) -> Text:
    return Text.assemble("\n", (title, "bold"), (f"  {remark}", "dim"))
