"""The whole path, top to bottom. Read this first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from pipelines import lake
from pipelines.artefacts import Accounts, Delivery, Finding, Publication, Verdict, Workspace
from pipelines.declarations import Declarations
from pipelines.declarations.source import Source
from pipelines.decode import decode
from pipelines.errors import Refused, SalamatError
from pipelines.harmonise import harmonise
from pipelines.ledger import Ledger, State
from pipelines.publish import publish
from pipelines.receive import receive, source_of
from pipelines.settings import Settings
from pipelines.store import Store, sha256_of
from pipelines.validate import validate

_DONE_BEFORE: dict[str, State] = {"harmonise": "decoded", "validate": "harmonised"}

Clock = Callable[[], datetime]
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Outcome:
    """What became of a delivery. `publication` is None unless it was published."""

    delivery: Delivery
    verdict: Verdict
    publication: Publication | None = None


def utc_now() -> datetime:
    """The clock of real runs; tests give their own."""
    return datetime.now(UTC)


def run(
    file: Path,
    named: str | None,
    declared: Declarations,
    settings: Settings,
    clock: Clock = utc_now,
    progress: Progress = print,
) -> Outcome:
    """Take a file through to the lake: receive, decode, harmonise, validate, publish."""
    source = source_of(file, named, declared.sources)
    reconcile(settings, clock)
    ledger = Ledger(settings)
    progress("receive")
    delivery = receive(file, source, Store(settings), ledger, clock())
    earlier = [s.delivery.delivery_id for s in ledger.with_bytes(source.source, delivery.sha256)][:-1]
    outcome = _onward(delivery, source, declared, settings, ledger, clock, progress)
    again = (Finding("same-bytes-again", value=earlier[-1]),) if earlier else ()
    return replace(outcome, verdict=replace(outcome.verdict, findings=(*outcome.verdict.findings, *again)))


def reprocess(
    delivery_id: str, declared: Declarations, settings: Settings, clock: Clock = utc_now, progress: Progress = print
) -> Outcome:
    """Run a delivery that was received once more, under today's declarations."""
    ledger = Ledger(settings)
    delivery = ledger.standing(delivery_id).delivery
    source = source_of(delivery.path, delivery.source, declared.sources)
    return _onward(delivery, source, declared, settings, ledger, clock, progress)


def check(
    file: Path,
    named: str | None,
    declared: Declarations,
    settings: Settings,
    folder: Path,
    clock: Clock = utc_now,
    progress: Progress = print,
) -> Outcome:
    """Give the verdict that the server would give on this file alone; nothing is kept or published."""
    source = source_of(file, named, declared.sources)
    delivery = Delivery(
        "check", source.source, file.name, file.resolve(), sha256_of(file), file.stat().st_size, clock()
    )
    return Outcome(delivery, verdict_of(delivery, source, declared, Workspace(folder), settings, progress))


def reconcile(settings: Settings, clock: Clock = utc_now) -> list[str]:
    """Let the ledger follow the lake where a process died between the two; give the deliveries that it did not know."""
    ledger = Ledger(settings)
    unsure = [s.delivery.delivery_id for s in ledger.standings() if s.state == "validated"]
    if not unsure:
        return []
    with lake.opened(settings) as opened:
        published = opened.submissions()
    found = [delivery_id for delivery_id in unsure if delivery_id in published]
    for delivery_id in found:
        ledger.record(delivery_id, "published", clock(), "found in the lake")
    return found


def verdict_of(
    delivery: Delivery,
    source: Source,
    declared: Declarations,
    workspace: Workspace,
    settings: Settings,
    progress: Progress = print,
) -> Verdict:
    """decode, harmonise, validate. A file that cannot be read gives the verdict `refused` with every finding."""
    try:
        progress("decode")
        extract = decode(delivery, source, workspace, settings)
        progress("harmonise")
        harmonised = harmonise(extract, source, declared, workspace, settings)
        progress("validate")
        return validate(harmonised, source, declared, workspace, settings)
    except Refused as refused:
        return Verdict("refused", (), refused.findings, Accounts(0, {}, 0, {}))


def _onward(
    delivery: Delivery,
    source: Source,
    declared: Declarations,
    settings: Settings,
    ledger: Ledger,
    clock: Clock,
    progress: Progress,
) -> Outcome:
    def record(state: State, reason: str = "") -> None:
        ledger.record(delivery.delivery_id, state, clock(), reason, declared.digest)

    def told(step: str) -> None:
        progress(step)
        if step in _DONE_BEFORE:
            record(_DONE_BEFORE[step])

    try:
        workspace = Store(settings).workspace(delivery.delivery_id)
        verdict = verdict_of(delivery, source, declared, workspace, settings, told)
        if verdict.decision in {"held", "refused"}:
            record("held" if verdict.decision == "held" else "refused", _reason(verdict, declared))
            return Outcome(delivery, verdict)
        record("validated", _counts(verdict.accounts))
        progress("publish")
        with lake.opened(settings) as opened:
            publication = publish(verdict, source, declared, opened, clock)
    except (SalamatError, OSError) as error:
        record("failed", str(error))
        raise
    record(
        "published",
        f"{publication.inserted} inserted, {publication.updated} updated, {publication.unchanged} unchanged",
    )
    return Outcome(delivery, verdict, publication)


def _reason(verdict: Verdict, declared: Declarations) -> str:
    """The rules for which it was held or refused, with their places; never a value."""
    grave = [f for f in verdict.findings if declared.rules[f.rule].consequence in {"hold", "refuse"}]
    return "; ".join(f"{f.rule} {f.place()}".strip() for f in grave[:5])


def _counts(accounts: Accounts) -> str:
    return ", ".join(f"{n} {fate}" for fate, n in accounts.facts_by_fate.items())
