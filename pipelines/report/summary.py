"""The report in a terminal: the decision, where everything went, what to mend. At most twenty mistakes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from rich import box
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from pipelines.artefacts import Verdict
from pipelines.declarations import Declarations
from pipelines.declarations.source import Source
from pipelines.report.mistakes import BrokenRule, Mistake, broken_rules
from pipelines.report.words import DASH, counted, decision, fate_lines, number, row_list, sentence, shown

LINES = 20
_REASONS = 3
_STYLE = {"accepted": "bold green", "partly-accepted": "bold yellow", "held": "bold yellow", "refused": "bold red"}
_COLOUR = {"refuse": "red", "hold": "yellow", "reject": "red", "flag": "yellow", "note": "cyan"}
_RATIO = {"row": None, "column": 3, "value as written": 4, "did you mean": 4, "expected": 4}
_FOLLOWS = {"refuse": "refuses the file", "hold": "holds the file", "reject": "rejects", "flag": "flags"}


def summary(verdict: Verdict, source: Source, declared: Declarations) -> RenderableType:
    """Tell the sender the verdict on a screen or two; it fits 80 columns and needs no colour."""
    broken = broken_rules(verdict, declared, LINES)
    problems = [b for b in broken if b.rule.consequence != "note"]
    notes = [b for b in broken if b.rule.consequence == "note"]
    parts = [
        _headline(verdict, source, declared),
        *_accounts(verdict, source),
        *_problems(problems),
        *_notes(notes),
        *_not_checked(verdict),
    ]
    return Group(*parts)


def _headline(verdict: Verdict, source: Source, declared: Declarations) -> Text:
    told = decision(verdict, declared)
    text = Text.assemble((told.word, _STYLE[verdict.decision]), f"  {source.source}, read as {source.table}\n")
    text.append(f"{told.means}\n")
    return text.append("What to do: ", style="bold").append(told.to_do)


def _accounts(verdict: Verdict, source: Source) -> Iterator[RenderableType]:
    accounts = verdict.accounts
    if not accounts.rows and not accounts.facts:
        yield _heading("Nothing was read", "the file could not be read as its source declares")
        return
    yield _heading("What became of what was read", f"a fact is one {'cell' if source.unpivot else 'row'} of the file")
    table = Table(box=box.SIMPLE, show_footer=True, pad_edge=False, padding=(0, 1))
    table.add_column("", "read", no_wrap=True)
    table.add_column("rows", number(accounts.rows), justify="right", no_wrap=True)
    table.add_column("facts", number(accounts.facts), justify="right", no_wrap=True)
    table.add_column("", "the sum of the lines above")
    for line in fate_lines(accounts, verdict.decision):
        table.add_row(Text(line.name), number(line.rows), number(line.facts), Text(line.says))
    yield table


def _problems(broken: list[BrokenRule]) -> Iterator[RenderableType]:
    if not broken:
        return
    yield _heading("Problems", f"{counted(sum(b.mistake_count for b in broken), 'mistake')}, the gravest rule first")
    chosen = _chosen(broken)
    for rule in (b for b in broken if b.rule.id in chosen):
        mistakes = chosen[rule.rule.id]
        yield from _rule(rule, _shared(mistakes))
        yield Padding(_mistakes(rule, mistakes, _shared(mistakes)), (0, 0, 1, 2)) if rule.has_places else Text()
    left = sum(b.mistake_count for b in broken) - sum(map(len, chosen.values()))
    if left:
        yield Text(f"and {number(left)} more: --json or --report shows all", style="bold")


def _chosen(broken: list[BrokenRule]) -> dict[str, list[Mistake]]:
    """Choose which mistakes are shown: the first of each rule, then the second of each, until the lines are full."""
    ranked = sorted(((nth, at) for at, b in enumerate(broken) for nth in range(len(b.mistakes))))
    chosen: dict[str, list[Mistake]] = {}
    for nth, at in ranked[:LINES]:
        chosen.setdefault(broken[at].rule.id, []).append(broken[at].mistakes[nth])
    return chosen


def _rule(broken: BrokenRule, shared: str | None) -> Iterator[RenderableType]:
    rule, first = broken.rule, broken.mistakes[0].finding
    what = f"  {_FOLLOWS[rule.consequence]}"
    text = Text.assemble((rule.id, f"bold {_COLOUR[rule.consequence]}"), what)
    yield text.append(f" {counted(broken.facts, 'fact')}") if rule.consequence in {"reject", "flag"} else text
    lines = [f"{'for example: ' if broken.mistake_count > 1 else ''}{sentence(rule.sentence, first)}"]
    lines += [f"Expected: {shown(shared)}"] if shared else []
    lines += [f"To mend: {sentence(rule.mend, first)}"] if rule.mend else []
    yield from (Padding(Text(line), (0, 0, 0, 2)) for line in lines)


def _shared(mistakes: list[Mistake]) -> str | None:
    """Give what is expected where it is the same in every line, so that it is said once."""
    expected = {mistake.finding.expected for mistake in mistakes}
    return expected.pop() if len(expected) == 1 else None


def _mistakes(broken: BrokenRule, mistakes: list[Mistake], shared: str | None) -> Table:
    columns = {"row": [Text(row_list(m.rows, m.row_count, 1)) for m in mistakes]}
    columns["column"] = [Text(shown(m.finding.column, 60)) for m in mistakes]
    columns["value as written"] = [Text(shown(m.finding.value, 60)) for m in mistakes]
    columns["did you mean" if shared else "expected"] = [_wanted(m, shared) for m in mistakes]
    table = Table(box=None, expand=True, pad_edge=False, padding=(0, 1), header_style="dim")
    for title, cells in columns.items():
        if title == "row" or any(cell.plain != DASH for cell in cells):
            table.add_column(title, width=14 if title == "row" else None, ratio=_RATIO[title], overflow="fold")
    if broken.counts_facts:
        table.add_column("facts", justify="right", no_wrap=True)
        columns["facts"] = [Text(number(m.finding.facts)) for m in mistakes]
    for at in range(len(mistakes)):
        table.add_row(*(columns[str(column.header)][at] for column in table.columns))
    return table


def _wanted(mistake: Mistake, shared: str | None) -> Text:
    found = mistake.finding
    if shared:
        return Text(shown(found.nearest, 60), style="bold" if found.nearest else "")
    text = Text(shown(found.expected, 100)) if found.expected or not found.nearest else Text()
    if found.nearest:
        text.append("\n" if found.expected else "").append(f"did you mean {shown(found.nearest, 60)}?", style="bold")
    return text


def _notes(broken: list[BrokenRule]) -> Iterator[RenderableType]:
    if not broken:
        return
    yield _heading("Notes", "nothing to mend")
    for note in broken:
        first = note.mistakes[0]
        more = f" ({counted(note.facts, 'time')})" if note.facts > 1 else ""
        text = Text.assemble((note.rule.id, "cyan"), f": {sentence(note.rule.sentence, first.finding)}{more}")
        yield Padding(text, (0, 0, 0, 2))


def _not_checked(verdict: Verdict) -> Iterator[RenderableType]:
    reasons = Counter(check.why_not or "not made" for check in verdict.checks if check.failed is None)
    made = sum(check.failed is not None for check in verdict.checks)
    if not reasons:
        return
    yield _heading("Not checked here", f"{counted(reasons.total(), 'check')}; {counted(made, 'check')} made")
    ordered = sorted(reasons.items(), key=lambda item: (-item[1], item[0]))
    lines = [f"{number(count)}: {why}" for why, count in ordered[:_REASONS]]
    rest = sum(count for _, count in ordered[_REASONS:])
    lines += [f"{number(rest)}: for other reasons"] if rest else []
    yield from (Padding(Text(line), (0, 0, 0, 2)) for line in [*lines, "--json or --report names each of them"])


def _heading(title: str, remark: str) -> Text:
    return Text.assemble("\n", (title, "bold"), (f"  {remark}", "dim"))
