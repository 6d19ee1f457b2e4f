"""validate: Harmonised facts become a Verdict. Great Expectations says which rules fail, selectors say which facts."""

from __future__ import annotations

from pipelines.artefacts import (
    FATES,
    PROBLEMS,
    Accounts,
    Acknowledgement,
    Check,
    Decision,
    Finding,
    Harmonised,
    Verdict,
    Workspace,
)
from pipelines.declarations import Declarations
from pipelines.declarations.source import Source
from pipelines.fold import Subject
from pipelines.settings import Settings
from pipelines.validate.acknowledged import of_the_whole, valid
from pipelines.validate.beside import Beyond, look_beside
from pipelines.validate.suite import expectations, facts_view, not_made
from pipelines.validate.whole import (
    of_the_accounts,
    of_the_days,
    of_the_zero_report,
    of_what_it_deletes,
    of_what_it_drops,
)

__all__ = ["FILE_ALONE", "Beyond", "validate"]


FILE_ALONE = Beyond()


def validate(
    harmonised: Harmonised,
    source: Source,
    declared: Declarations,
    workspace: Workspace,
    settings: Settings,
    beyond: Beyond = FILE_ALONE,
) -> Verdict:
    """Try every rule that this file, and what may be seen beyond it, allow; give each fact its fate.

    A fact is accepted, rejected, or one of two alike.
    """
    from pipelines.validate.gx_duckdb import room  # noqa: PLC0415  imports Great Expectations: seconds of CPU
    from pipelines.validate.split import split  # noqa: PLC0415

    known = valid((*Acknowledgement.declared(source), *beyond.acknowledged), harmonised.extract.delivery, declared)
    with room(workspace.folder, settings) as opened:
        beside = look_beside(opened.con, harmonised, source, declared, settings, beyond)
        suite = expectations(harmonised, source, declared, beside)
        table = opened.facts(facts_view(suite, harmonised, source, declared), harmonised.facts)
        outcome = split(table, suite, harmonised, source, declared, workspace, known)
        subject = Subject(opened.con, declared.tables[source.table], source, declared)
        delivery, accounts = harmonised.extract.delivery, outcome.accounts
        zero = delivery.envelope.reports_zero
        general = [*(of_the_zero_report(delivery) if zero else of_the_accounts(accounts, source))]
        general += of_the_days(harmonised, workspace, subject)
        general += of_what_it_drops(harmonised, workspace, subject, beside)
        general += of_what_it_deletes(harmonised, workspace, subject, beside) if beyond.lake else ()
    checks = tuple(
        Check(
            e.rule.id,
            e.field,
            e.rule.consequence,
            e.rule.severity,
            outcome.failed.get(i, 0),
            acknowledged=outcome.acknowledged.get(i, 0),
        )
        for i, e in enumerate(suite)
    )
    left_out = tuple(
        Check(r.id, None, r.consequence, r.severity, None, why)
        for r, why in not_made(harmonised, source, declared, beside)
    )
    notes = (*harmonised.extract.notes, *harmonised.notes)
    findings = (*of_the_whole(notes, known), *outcome.findings, *of_the_whole(general, known))
    return Verdict(
        _decision(findings, outcome.accounts, declared),
        checks + left_out,
        findings,
        outcome.accounts,
        harmonised,
        workspace.file(FATES),
        workspace.file(PROBLEMS),
        beside.snapshot,
    )


def _decision(findings: tuple[Finding, ...], accounts: Accounts, declared: Declarations) -> Decision:
    """What is acknowledged holds nothing up."""
    consequences = {declared.rules[f.rule].consequence for f in findings if f.acknowledged is None}
    if "refuse" in consequences:
        return "refused"
    if "hold" in consequences:
        return "held"
    return "partly-accepted" if accounts.facts_by_fate.get("rejected") else "accepted"
