"""What is counted: cells equal to the truth, rows lost, faults found and missed, false alarms."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from pipelines.simulate.faults import Injected

Kind = tuple[str, str, str]  # a fault, the rule that is meant, what that does

_COUNTS = ("cells", "equal", "lost", "invented", "kinds", "silent", "rejections", "alarms", "files", "broken")


@dataclass(frozen=True)
class Missed:
    """A fault that none of its rules found."""

    source: str
    file: str
    fault: Injected


@dataclass
class Score:
    """The counts of one state's table, or of all of them.

    `kinds` are the faults that were found, by kind.

    `lost` are facts of the truth that are not in the lake, `invented` such as are there and not true. `silent` are
    faults that a rule found and that are published all the same, as if nothing were wrong. `rejections` are
    facts that are in order and were rejected, held or refused; `alarms` those that were published with a flag. A source
    is `broken` where the path ended with an error.
    """

    cells: int = 0
    equal: int = 0
    lost: int = 0
    invented: int = 0
    kinds: Counter[Kind] = field(default_factory=Counter)
    missed: list[Missed] = field(default_factory=list)
    silent: int = 0
    rejections: int = 0
    alarms: int = 0
    files: int = 0
    broken: int = 0
    told: list[str] = field(default_factory=list)

    @property
    def found(self) -> int:
        """How many faults one of their rules found."""
        return self.kinds.total()

    @property
    def critical_missed(self) -> int:
        """How many faults were missed that must be rejected, held or refused, or are published all the same."""
        return self.silent + sum(m.fault.consequence in {"reject", "hold", "refuse"} for m in self.missed)

    @property
    def share(self) -> str:
        """The share of cells that are equal; only when all of them are is it a hundred percent."""
        thousandths = 100_000 * self.equal // self.cells if self.cells else 0
        return f"{thousandths // 1000}.{thousandths % 1000:03d}%"

    @property
    def is_perfect(self) -> bool:
        """Whether every target is met."""
        right = self.equal == self.cells > 0 and not (self.lost or self.invented)
        return right and not (self.critical_missed or self.rejections or self.broken)

    def add(self, other: Score) -> None:
        """Take the counts of another in."""
        for name in _COUNTS:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.missed += other.missed
        self.told += other.told


def kind_of(fault: Injected) -> Kind:
    """Give the kind of a fault."""
    return fault.fault, fault.rules[0], fault.consequence


def summed(scores: Iterable[Score]) -> Score:
    """Add scores up."""
    whole = Score()
    for score in scores:
        whole.add(score)
    return whole


def last_line(score: Score) -> str:
    """Give the line by which a run is judged."""
    told = f"cells={score.share} critical_missed={score.critical_missed} false_rejections={score.rejections}"
    return f"{told} sources_not_measured={score.broken}" if score.broken else told


def sentences(score: Score) -> Iterator[str]:
    """Say what is not as it should be."""
    yield from score.told
    for missed in score.missed:
        where = f" in row {missed.fault.row}" if missed.fault.row else ""
        rules = " or ".join(missed.fault.rules)
        told = f"'{missed.fault.fault}'{where} is not found by {rules} ({missed.fault.consequence})"
        yield f"{missed.source}: {missed.file}: {told}"
