"""Lineage, for who keeps an OpenLineage server: what each step read and made, and what validate's rules said of it.

It tells names and counts, never a value. Where no transport is configured nothing is told and nothing is said about
it; where one is broken the provider writes a warning, and the task goes on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.artefacts import Check, Extract, Harmonised, Publication, Verdict

if TYPE_CHECKING:
    from openlineage.client.event_v2 import InputDataset, OutputDataset
    from openlineage.client.facet_v2 import data_quality_assertions_dataset

    Lineage = tuple[list[InputDataset], list[OutputDataset]]

NAMESPACE = "salamat"
_SEVERITY = {"critical": "error", "warning": "warn"}  # OpenLineage's words for Great Expectations'


def emit(made: Extract | Harmonised | Verdict | Publication, source: str) -> None:
    """Tell what the step that made this read, and what came of it; the event is one of the task that runs now."""
    try:
        from airflow.providers.openlineage.api import emit_dataset_lineage, is_openlineage_active
    except ImportError:  # the provider is optional
        return
    if is_openlineage_active():
        inputs, outputs = _lineage(made, source)
        emit_dataset_lineage(inputs=[*inputs], outputs=[*outputs])


def _lineage(made: Extract | Harmonised | Verdict | Publication, source: str) -> Lineage:
    """What was read, and what was made of it."""
    match made:
        case Extract():
            return [_read(f"{source}/{made.delivery.sha256}")], [_written(_of(made, source, "extract"), made.rows)]
        case Harmonised():
            read, facts = (_of(made.extract, source, what) for what in ("extract", "facts"))
            return [_read(read)], [_written(facts, made.facts)]
        case Verdict():
            return _judged(made, source)
        case Publication():
            written = 0 if made.repeated else made.inserted + made.updated
            return [_read(f"{source}/{made.submission_id}/accepted")], [_written(f"lake/{made.table}", written)]


def _judged(made: Verdict, source: str) -> Lineage:
    """The facts, with what was expected of them; and a dataset for each fate, whose counts sum to the facts."""
    from openlineage.client.facet_v2 import data_quality_assertions_dataset as assertions
    from openlineage.client.facet_v2 import data_quality_metrics_input_dataset as metrics

    if made.harmonised is None:
        return [], []
    extract, read = made.harmonised.extract, made.accounts.facts
    facts = _read(_of(extract, source, "facts"))
    tried = [_assertion(check) for check in made.checks if check.failed is not None]
    facts.inputFacets = {
        "dataQualityAssertions": assertions.DataQualityAssertionsDatasetFacet(assertions=tried),
        "dataQualityMetrics": metrics.DataQualityMetricsInputDatasetFacet(rowCount=read, columnMetrics={}),
    }
    return [facts], [_written(_of(extract, source, fate), n) for fate, n in made.accounts.facts_by_fate.items()]


def _of(extract: Extract, source: str, what: str) -> str:
    return f"{source}/{extract.delivery.delivery_id}/{what}"


def _read(name: str) -> InputDataset:
    from openlineage.client.event_v2 import InputDataset

    return InputDataset(namespace=NAMESPACE, name=name)


def _written(name: str, rows: int) -> OutputDataset:
    from openlineage.client.event_v2 import OutputDataset
    from openlineage.client.facet_v2 import output_statistics_output_dataset as statistics

    told = statistics.OutputStatisticsOutputDatasetFacet(rowCount=rows)
    return OutputDataset(namespace=NAMESPACE, name=name, outputFacets={"outputStatistics": told})


def _assertion(check: Check) -> data_quality_assertions_dataset.Assertion:
    from openlineage.client.facet_v2 import data_quality_assertions_dataset as assertions

    severity, actual = _SEVERITY.get(check.severity, check.severity), f"{check.failed} facts"
    return assertions.Assertion(
        check.rule, check.passed, column=check.field, severity=severity, expected="0 facts", actual=actual
    )
