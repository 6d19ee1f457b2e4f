"""What became of every delivery of the demo, and whether it all adds up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipelines import lake
from pipelines.artefacts import Accounts, Delivery
from pipelines.claim import unrecognised
from pipelines.declarations import Senders
from pipelines.ledger import State
from pipelines.simulate import Simulated, Written
from pipelines.steps import Steps


@dataclass(frozen=True)
class Line:
    """One delivery: where it stands, what was read, and how many facts were published."""

    delivery: Delivery
    state: State
    accounts: Accounts
    published: int

    @property
    def rejected(self) -> int:
        """Facts that some rule rejects."""
        return self.accounts.facts_by_fate.get("rejected", 0)

    @property
    def waiting(self) -> int:
        """Facts that are in order and wait until a person has decided."""
        return self.accounts.facts_by_fate.get("accepted", 0) - self.published

    @property
    def set_aside(self) -> int:
        """Facts that do not go on for a declared reason."""
        return self.accounts.facts - self.rejected - self.accounts.facts_by_fate.get("accepted", 0)


def lines(steps: Steps) -> tuple[Line, ...]:
    """Give a line for each delivery of the ledger, by source."""
    with lake.opened(steps.settings, read_only=True) as opened:
        told = "SELECT submission_id, facts_inserted + facts_updated + facts_unchanged FROM lake.submissions"
        published = dict(opened.con.execute(told).fetchall())
    found = []
    for standing in steps.ledger.standings():
        verdict = steps.verdict(standing.delivery.delivery_id)
        accounts = verdict.accounts if verdict else Accounts(0, {}, 0, {})
        found.append(Line(standing.delivery, standing.state, accounts, published.get(standing.delivery.delivery_id, 0)))
    return tuple(sorted(found, key=lambda line: line.delivery.source))


def differences(told: Sequence[Line], simulated: Simulated, senders: Senders, steps: Steps) -> Iterator[str]:
    """Compare what happened with what was meant; give a sentence for each number that is another."""
    by_source = {line.delivery.source: line for line in told}
    meant = {written.source: written for written in simulated.deliveries}
    if by_source.keys() != meant.keys() or len(told) != len(meant):
        yield f"written were {sorted(meant)}, received {[line.delivery.source for line in told]}"
    for source in by_source.keys() & meant.keys():
        yield from _differences(by_source[source], meant[source])
    yield from _of_the_lake(told, steps)
    late = set(steps.ledger.late())
    silent = {name for name, source in senders.sound.items() if source.arrives.cron} - meant.keys()
    if late != silent:
        yield f"late should be {sorted(silent)}, and are {sorted(late)}"
    strays = {file.name for file in unrecognised(steps.settings, senders.sound)}
    if strays != {file.name for file in simulated.unrecognised}:
        yield f"unrecognised are {sorted(strays)}"


def _differences(line: Line, meant: Written) -> Iterator[str]:
    of = line.delivery.source
    if not line.accounts.balanced():
        yield f"{of}: rows or facts are lost or invented: {line.accounts}"
    if line.accounts.rows != meant.rows:
        yield f"{of}: {meant.rows} rows were written and {line.accounts.rows} read"
    if dict(line.accounts.facts_by_fate) != dict(meant.facts_by_fate):
        yield f"{of}: facts by fate should be {dict(meant.facts_by_fate)}, and are {dict(line.accounts.facts_by_fate)}"
    state = "held" if meant.decision == "held" else "published"
    if line.state != state:
        yield f"{of}: should be {state}, and is {line.state}"
    accepted = 0 if state == "held" else line.accounts.facts_by_fate.get("accepted", 0)
    if line.published != accepted:
        yield f"{of}: {accepted} facts are accepted and {line.published} published"


def _of_the_lake(told: Sequence[Line], steps: Steps) -> Iterator[str]:
    tables = sorted({steps.declared.sources[line.delivery.source].table for line in told if line.published})
    with lake.opened(steps.settings, read_only=True) as opened:
        counted = sum(int((opened.con.execute(f"SELECT count(*) FROM lake.{t}").fetchone() or (0,))[0]) for t in tables)
    published = sum(line.published for line in told)
    if counted != published:
        yield f"{published} facts were published and the lake has {counted}"


def newest_release(releases: Path) -> Path:
    """Give the folder of the newest release."""
    return releases / (releases / "latest").read_text(encoding="utf-8").strip()
