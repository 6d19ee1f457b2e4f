"""The whole path, top to bottom. Read this first."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from datetime import UTC
from pathlib import Path

from pipelines import lake
from pipelines.artefacts import (
    PLAIN,
    Accounts,
    Answer,
    Delivery,
    Envelope,
    Finding,
    Publication,
    Review,
    Verdict,
    Workspace,
)
from pipelines.declarations import Declarations
from pipelines.declarations.recognise import by_stem, example_name, recognise
from pipelines.declarations.source import Source
from pipelines.decode import decode
from pipelines.engine import within_means
from pipelines.envelope import write_envelope
from pipelines.errors import LakeError, Refused, UnknownSource
from pipelines.harmonise import harmonise
from pipelines.ledger import Ledger
from pipelines.preview import Preview, preview
from pipelines.receive import receive
from pipelines.settings import Settings
from pipelines.steps import Clock, Progress, Steps, unreadable, utc_now
from pipelines.store import sha256_of
from pipelines.validate import FILE_ALONE, Beyond, validate


@dataclass(frozen=True)
class Outcome:
    """What became of a delivery. `publication` is None unless it was published."""

    delivery: Delivery
    verdict: Verdict
    publication: Publication | None = None
    preview: Preview | None = None


def run(
    file: Path,
    named: str | None,
    declared: Declarations,
    settings: Settings,
    clock: Clock = utc_now,
    progress: Progress = print,
    envelope: Envelope = PLAIN,
) -> Outcome:
    """Take a file through to the lake: receive, decode, harmonise, validate, publish."""
    source = recognise(file, named, declared.sources)
    reconcile(settings, clock)
    steps = Steps(declared, settings, clock, progress)
    progress("receive")
    delivery = receive(file, source, steps.store, steps.ledger, clock(), envelope)
    earlier = [s.delivery.delivery_id for s in steps.ledger.with_bytes(source.source, delivery.sha256)][:-1]
    outcome = _onward(delivery.delivery_id, steps)
    again = (Finding("same-bytes-again", value=earlier[-1]),) if earlier else ()
    return replace(outcome, verdict=replace(outcome.verdict, findings=(*outcome.verdict.findings, *again)))


def reprocess(
    delivery_id: str, declared: Declarations, settings: Settings, clock: Clock = utc_now, progress: Progress = print
) -> Outcome:
    """Run a delivery that was received once more, under today's declarations; it may have been left on its way."""
    steps = Steps(declared, settings, clock, progress)
    delivery = steps.delivery(delivery_id)
    if delivery.envelope.kind == "withdraw":  # it has no file to be read
        return Outcome(delivery, Verdict("accepted", (), (), Accounts(0, {}, 0, {})), steps.withdraw(delivery_id))
    return _onward(delivery_id, steps)


def withdraw(envelope: Envelope, source: str, steps: Steps) -> Publication:
    """Take back a delivery, or what a source says of some days. The receipt's bytes are the envelope itself."""
    declared = recognise(Path(source), source, steps.declared.sources)
    with tempfile.TemporaryDirectory(prefix="salamat-") as folder:
        file = write_envelope(envelope, Path(folder))
        delivery = receive(file, declared, steps.store, steps.ledger, steps.clock(), envelope)
    return steps.withdraw(delivery.delivery_id)


def check(  # noqa: PLR0913  those of `run`, where it works, and whether it may look into the lake
    file: Path,
    named: str | None,
    declared: Declarations,
    settings: Settings,
    folder: Path,
    clock: Clock = utc_now,
    progress: Progress = print,
    *,
    envelope: Envelope = PLAIN,
    against_lake: bool = False,
    changes_to: Path | None = None,
) -> Outcome:
    """Give the verdict that the server would give on this file alone; nothing is kept or published.

    `against_lake`: and on what lies beside it in the lake of this home, with what publishing would change there; all
    changes are written to `changes_to`. A file that only its ending keeps from its source is read all the same, so that
    its sender hears what kind of file it is; it is refused, for no server would take it under this name.
    """
    source, misnamed = _meant(file, named, declared)
    size = file.stat().st_size
    delivery = Delivery("check", source.source, file.name, file.resolve(), sha256_of(file), size, clock(), envelope)
    beyond = Steps(declared, settings).beyond(source) if against_lake else FILE_ALONE
    verdict = _checked(delivery, source, declared, Workspace(folder), settings, beyond, progress)
    if misnamed:
        verdict = replace(verdict, decision="refused", findings=(*verdict.findings, misnamed))
    seen = preview(verdict, source, declared, settings, changes_to) if against_lake else None
    return Outcome(delivery, verdict, preview=seen)


def retell(
    delivery_id: str, declared: Declarations, settings: Settings, folder: Path, progress: Progress = print
) -> Outcome:
    """Give the verdict on a delivery that was received; nothing is written in the ledger, the store or the lake.

    It is the one that was kept. Where there is none under today's declarations, or its files are gone, the bytes are
    looked at again, in `folder`, beside the lake as the last verdict saw it.
    """
    steps = Steps(declared, settings)
    delivery, source = steps.delivery(delivery_id), steps.source(delivery_id)
    kept = steps.store.saved(delivery_id, Verdict, declared.digest)
    if kept and all(file.is_file() for file in kept.files()):
        return Outcome(delivery, kept)
    before = steps.verdict(delivery_id)
    beyond = steps.beyond(source, before.snapshot if before else None)
    return Outcome(delivery, _checked(delivery, source, declared, Workspace(folder), settings, beyond, progress))


def decide(delivery_id: str, answer: Answer, who: str, because: str, steps: Steps) -> Publication | None:
    """Answer a held delivery: publish what was accepted, or return it to its sender. Both stay in the ledger."""
    steps.review(Review(delivery_id, answer, who, because, steps.clock(), steps.declared.digest))
    return steps.publish(delivery_id) if answer == "publish" else None


def reconcile(settings: Settings, clock: Clock = utc_now) -> list[str]:
    """Let the ledger follow the lake where a process died between the two; give the deliveries that it did not know.

    A delivery that is published may be on its way again, and die anywhere on it.
    """
    ledger = Ledger(settings)
    unsure = ledger.standing_at("decoded", "harmonised", "validated", "held", "failed")
    if not unsure:
        return []
    with lake.opened(settings) as opened:
        asked = [(s.delivery, s.entries[-1].declarations_digest) for s in unsure]
        there = [(delivery, digest, opened.published(delivery.delivery_id, digest)) for delivery, digest in asked]
    found = [(delivery, digest, told[0].replace(tzinfo=UTC)) for delivery, digest, told in there if told]
    for delivery, digest, recorded_at in found:
        ledger.note_withdrawn(delivery, clock(), digest)
        ledger.record(delivery.delivery_id, "published", recorded_at, "found in the lake", digest)
    return [delivery.delivery_id for delivery, _, _ in found]


def rebuild(steps: Steps) -> int:
    """Build a lake that was lost from the deliveries that are kept: every publication again, at its own moment.

    Give how many. Raises LakeError where there is a lake, StoreError where what is kept of a delivery is gone.
    """
    if lake.is_there(steps.settings):
        with lake.opened(steps.settings) as opened:
            if opened.snapshot():
                raise LakeError(f"there is a lake at {steps.settings.catalogue}: move it away first")
    publications = steps.ledger.publications()
    for nth, (delivery_id, digest, recorded_at) in enumerate(publications, 1):
        steps.progress(f"{nth} of {len(publications)}: {delivery_id}")
        steps.publish_again(delivery_id, digest, recorded_at)
    return len(publications)


def _meant(file: Path, named: str | None, declared: Declarations) -> tuple[Source, Finding | None]:
    try:
        return recognise(file, named, declared.sources), None
    except UnknownSource:
        found = by_stem(file, declared.sources) if named is None else None
        if found is None:
            raise
        return found, Finding("unexpected-file-name", value=file.name, expected=example_name(found))


def _onward(delivery_id: str, steps: Steps) -> Outcome:
    delivery = steps.delivery(delivery_id)
    try:
        steps.decode(delivery_id)
        steps.harmonise(delivery_id)
        verdict = steps.validate(delivery_id)
    except Refused as refused:
        return Outcome(delivery, unreadable(refused))
    made, standing = steps.publish(delivery_id), steps.ledger.standing(delivery_id)
    if standing.state == "superseded":
        found = Finding("superseded", value=standing.entries[-1].reason)
        verdict = replace(verdict, decision="refused", findings=(*verdict.findings, found))
    return Outcome(delivery, verdict, made)


def _checked(
    delivery: Delivery,
    source: Source,
    declared: Declarations,
    workspace: Workspace,
    settings: Settings,
    beyond: Beyond,
    progress: Progress,
) -> Verdict:
    try:
        with within_means(settings, OSError):
            progress("decode")
            extract = decode(delivery, source, workspace, settings)
            progress("harmonise")
            harmonised = harmonise(extract, source, declared, workspace, settings)
            progress("validate")
            return validate(harmonised, source, declared, workspace, settings, beyond)
    except Refused as refused:
        return unreadable(refused)
