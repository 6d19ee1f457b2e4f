"""The steps of one delivery, each by its id, so that each may run in a process of its own, and again.

What a step leaves in the store the next takes up. Where it is not there any more, or was made under other
declarations, the step before is done once more: a task that is cleared and run again always works.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property, wraps
from pathlib import Path
from typing import TypeVar

from pipelines import lake
from pipelines.artefacts import (
    Accounts,
    Arrival,
    Delivery,
    Extract,
    Harmonised,
    Publication,
    Review,
    Verdict,
    Workspace,
)
from pipelines.declarations import Declarations
from pipelines.declarations.recognise import recognise
from pipelines.declarations.source import Source
from pipelines.decode import decode
from pipelines.engine import within_means
from pipelines.envelope import DATAPACKAGE
from pipelines.errors import NotHeld, Refused, SalamatError, StoreError, Superseded
from pipelines.fold import Subject, overtakes, said_by
from pipelines.harmonise import harmonise
from pipelines.ledger import Ledger, State
from pipelines.publish import publish, withdraw
from pipelines.receive import receive
from pipelines.settings import Settings
from pipelines.store import Store
from pipelines.validate import Beyond, validate

A = TypeVar("A", Extract, Harmonised, Verdict)
R = TypeVar("R")
Clock = Callable[[], datetime]
Progress = Callable[[str], None]


def _alone(step: Callable[[Steps, str], R]) -> Callable[[Steps, str], R]:
    """Hold the delivery while the step lasts: a task that runs twice would write the same files at once."""

    @wraps(step)
    def held(steps: Steps, delivery_id: str) -> R:
        with steps.store.held(delivery_id):
            return step(steps, delivery_id)

    return held


def utc_now() -> datetime:
    """The clock of real runs; tests give their own."""
    return datetime.now(UTC)


def silent(_: str) -> None:
    """Show no progress."""


@dataclass(frozen=True)
class Steps:
    """The steps under these declarations and settings. Each writes in the ledger what became of the delivery."""

    declared: Declarations
    settings: Settings
    clock: Clock = utc_now
    progress: Progress = silent

    @cached_property
    def ledger(self) -> Ledger:
        """The ledger that the steps write in."""
        return Ledger(self.settings)

    @cached_property
    def store(self) -> Store:
        """Where the artefacts lie."""
        return Store(self.settings)

    def receive(self, arrival: Arrival) -> Delivery:
        """Write the receipt of a file that was taken aside, once, and let go of the file."""
        self.progress("receive")
        source = recognise(arrival.path, arrival.source, self.declared.sources)
        with suppress(FileNotFoundError):  # received before, or by another process just now
            given = (self.store, self.ledger, self.clock(), arrival.envelope, arrival.delivery_id)
            receive(arrival.path, source, *given)
            arrival.path.with_name(DATAPACKAGE).unlink(missing_ok=True)  # first: without its file it would wait for one
            arrival.path.unlink(missing_ok=True)
            arrival.path.parent.rmdir()
        return self.delivery(arrival.delivery_id)

    def delivery(self, delivery_id: str) -> Delivery:
        """Give the receipt. Raises UnknownDelivery."""
        return self.ledger.standing(delivery_id).delivery

    def source(self, delivery_id: str) -> Source:
        """Give the source that a delivery is from."""
        delivery = self.delivery(delivery_id)
        return recognise(delivery.path, delivery.source, self.declared.sources)

    @_alone
    def decode(self, delivery_id: str) -> Extract:
        """Read the bytes. Raises Refused with every finding; the verdict is kept first."""
        with self._doing("decode", delivery_id) as record:
            delivery, source = self.delivery(delivery_id), self.source(delivery_id)
            self.store.forget(delivery_id, self.declared.digest, Extract, Harmonised, Verdict)
            try:
                extract = decode(delivery, source, self._workspace(delivery_id), self.settings)
            except Refused as refused:
                self._keep(delivery_id, unreadable(refused))
                record("refused", _reason(unreadable(refused), self.declared))
                raise
            self._keep(delivery_id, extract)
            record("decoded", f"{extract.rows} rows")
            return extract

    @_alone
    def harmonise(self, delivery_id: str) -> Harmonised:
        """Turn every cell into a fact's value, or name its problem."""
        extract = self._taken_up(delivery_id, Extract) or self.decode(delivery_id)
        with self._doing("harmonise", delivery_id) as record:
            workspace, source = self._workspace(delivery_id), self.source(delivery_id)
            self.store.forget(delivery_id, self.declared.digest, Harmonised, Verdict)
            harmonised = harmonise(extract, source, self.declared, workspace, self.settings)
            self._keep(delivery_id, harmonised)
            record("harmonised", f"{harmonised.facts} facts")
            return harmonised

    @_alone
    def validate(self, delivery_id: str) -> Verdict:
        """Try every rule, and give each fact its fate."""
        harmonised = self._taken_up(delivery_id, Harmonised) or self.harmonise(delivery_id)
        with self._doing("validate", delivery_id) as record:
            workspace, source = self._workspace(delivery_id), self.source(delivery_id)
            self.store.forget(delivery_id, self.declared.digest, Verdict)
            verdict = validate(harmonised, source, self.declared, workspace, self.settings, self.beyond(source))
            self._keep(delivery_id, verdict)
            stopped: dict[str, State] = {"held": "held", "refused": "refused"}
            if verdict.decision in stopped:
                record(stopped[verdict.decision], _reason(verdict, self.declared))
            else:
                record("validated", _counts(verdict.accounts))
            return verdict

    def beyond(self, source: Source, snapshot: int | None = None) -> Beyond:
        """What a verdict of the server looks at beyond the file: the lake, and what people have acknowledged."""
        return Beyond(lake=True, snapshot=snapshot, acknowledged=self.ledger.acknowledgements(source.source))

    @_alone
    def publish(self, delivery_id: str) -> Publication | None:
        """Publish the accepted facts; None where the delivery was refused, or waits for a person, or was returned."""
        verdict = self.taken_verdict(delivery_id)
        if verdict.decision == "held" and self.released_by_review(delivery_id):
            verdict = replace(verdict, decision="partly-accepted")
        if verdict.decision in {"held", "refused"}:
            return None
        with self._doing("publish", delivery_id) as record, lake.opened(self.settings) as opened:
            try:
                made = publish(verdict, self.source(delivery_id), self.declared, opened, self.clock)
            except Superseded as superseded:
                record("superseded", str(superseded))
                return None
            self._note_published(made)
            self._overtake(self.delivery(delivery_id), opened)
            return made

    @_alone
    def withdraw(self, delivery_id: str) -> Publication:
        """Take back what a delivery of kind `withdraw` names; doing it twice changes nothing."""
        with self._doing("publish", delivery_id) as record, lake.opened(self.settings) as opened:
            delivery = self.delivery(delivery_id)
            record("validated", "a withdrawal")  # from now on it is found in the lake, should this process die
            made = withdraw(delivery, self.source(delivery_id), self.declared, opened, self.clock)
            self.ledger.note_withdrawn(delivery, self.clock(), self.declared.digest)
            self._note_published(made)
            self._overtake(delivery, opened)
            return made

    def publish_again(self, delivery_id: str, digest: str, recorded_at: datetime) -> None:
        """Publish what is kept of a delivery under these declarations into a lake that lost it, at its own moment."""
        delivery, source = self.delivery(delivery_id), self.source(delivery_id)
        told = (source, self.declared)
        with lake.opened(self.settings) as opened:
            if delivery.envelope.kind == "withdraw":
                withdraw(delivery, *told, opened, lambda: recorded_at, digest)
                return
            verdict = self.store.saved(delivery_id, Verdict, digest)
            if verdict is None:
                mend = f"`salamat reprocess {delivery_id}` makes it anew"
                raise StoreError(f"the verdict on {delivery_id} is not in the store any more; {mend}")
            publish(replace(verdict, decision="partly-accepted"), *told, opened, lambda: recorded_at, digest)

    def _note_published(self, made: Publication) -> None:
        """In the ledger it is published at the moment from which readers see it: a lake can be built anew from that."""
        self.ledger.record(made.submission_id, "published", made.recorded_at, _told(made), self.declared.digest)

    def _overtake(self, later: Delivery, opened: lake.Lake) -> None:
        """What was held before, and of which this delivery has now said all, waits for nobody any more."""
        held = [s.delivery for s in self.ledger.standing_at("held") if s.delivery.source == later.source]
        waiting = [delivery for delivery in held if delivery.received_at < later.received_at]
        if not waiting:
            return
        source = self.source(later.delivery_id)
        subject = Subject(opened.con, self.declared.tables[source.table], source, self.declared)
        newest = self._facts_of(later)
        for earlier in waiting:
            facts = self._facts_of(earlier)
            if facts and overtakes(said_by(later, newest, subject), said_by(earlier, facts, subject), subject):
                reason = f"overtaken by {later.delivery_id}, which says something of all that it says"
                self.ledger.record(earlier.delivery_id, "superseded", self.clock(), reason, self.declared.digest)

    def _facts_of(self, delivery: Delivery) -> Workspace | None:
        verdict = self.verdict(delivery.delivery_id)
        return verdict.harmonised.workspace if verdict and verdict.harmonised else None

    def taken_verdict(self, delivery_id: str) -> Verdict:
        """Give the verdict under these declarations; where there is none, the steps before are done once more."""
        return self._taken_up(delivery_id, Verdict) or self.validate(delivery_id)

    def verdict(self, delivery_id: str) -> Verdict | None:
        """Give the newest verdict on a delivery, under whatever declarations; None where there is none yet."""
        return self.store.saved(delivery_id, Verdict, None)

    def released_by_review(self, delivery_id: str) -> bool:
        """Whether a person said under these very declarations that the delivery is to be published."""
        return bool(said := self._said(delivery_id)) and said[-1].answer == "publish"

    def review(self, review: Review) -> None:
        """Write down what a person said of a held delivery; saying the same twice changes nothing."""
        before, state = self._said(review.delivery_id), self.ledger.standing(review.delivery_id).state
        again = bool(before) and (before[-1].answer, before[-1].because) == (review.answer, review.because)
        if state != "held":
            if again:
                return
            raise NotHeld(f"the delivery {review.delivery_id} is {state}, not held: there is nothing to decide")
        if not again:
            self.ledger.review(review)
        if review.answer == "return":
            told = f"returned by {review.who}: {review.because}"
            self.ledger.record(review.delivery_id, "returned", review.at, told, self.declared.digest)

    def _said(self, delivery_id: str) -> list[Review]:
        digest = self.declared.digest
        return [r for r in self.ledger.reviews(delivery_id) if r.declarations_digest == digest]

    def _workspace(self, delivery_id: str) -> Workspace:
        return self.store.workspace(delivery_id, self.declared.digest)

    def _keep(self, delivery_id: str, artefact: Extract | Harmonised | Verdict) -> None:
        self.store.save(delivery_id, artefact, self.declared.digest)

    def _taken_up(self, delivery_id: str, kind: type[A]) -> A | None:
        """Give what a step before left, if it was left under these declarations and its files are there."""
        left = self.store.saved(delivery_id, kind, self.declared.digest)
        return left if left and all(file.is_file() for file in _files(left)) else None

    @contextmanager
    def _doing(self, step: str, delivery_id: str) -> Iterator[Callable[[State, str], None]]:
        """Show the step; where it fails, write so in the ledger and let the error go on.

        Of an error that is not ours only the kind is written: its words might say what a cell says.
        """

        def record(state: State, reason: str) -> None:
            self.ledger.record(delivery_id, state, self.clock(), reason, self.declared.digest)

        self.progress(step)
        try:
            with within_means(self.settings, OSError):
                yield record
        except Refused:
            raise
        except Exception as error:
            told = str(error) if isinstance(error, SalamatError) else type(error).__name__
            with suppress(StoreError):  # the ledger may lie on the same full disk; the first error is the one to tell
                record("failed", f"{step}: {told}")
            raise


def unreadable(refused: Refused) -> Verdict:
    """Give the verdict on a file that cannot be read: refused, with every finding."""
    return Verdict("refused", (), refused.findings, Accounts(0, {}, 0, {}))


def _files(artefact: Extract | Harmonised | Verdict) -> tuple[Path, ...]:
    """Give every file that an artefact leads to."""
    if isinstance(artefact, Verdict):
        return artefact.files()
    return (artefact.path, artefact.extract.path) if isinstance(artefact, Harmonised) else (artefact.path,)


def _reason(verdict: Verdict, declared: Declarations) -> str:
    """The rules for which it was held or refused, with their places; never a value."""
    grave = [f for f in verdict.findings if declared.rules[f.rule].consequence in {"hold", "refuse"}]
    return "; ".join(f"{f.rule} {f.place()}".strip() for f in grave[:5])


def _told(made: Publication) -> str:
    """What a publication changed; what did not happen is not told."""
    always = {"inserted": made.inserted, "updated": made.updated, "unchanged": made.unchanged}
    rare = {"overtaken": made.overtaken, "deleted": made.deleted, "restored": made.restored}
    return ", ".join(f"{n} {what}" for what, n in {**always, **{k: n for k, n in rare.items() if n}}.items())


def _counts(accounts: Accounts) -> str:
    return ", ".join(f"{n} {fate}" for fate, n in accounts.facts_by_fate.items())
