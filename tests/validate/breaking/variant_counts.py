"""Rows of `variant_counts` that break each of its rules, and rows beside them that do not."""

from __future__ import annotations

from datetime import date

from tests.validate.breaking.case import EARLY, Case, Row, Value, apart, case, day

TABLE = "variant_counts"
COUNT: dict[str, Value] = {
    "region": "TR",
    "geo_level": "country",
    "period_type": "W",
    "period_start": EARLY,
    "pathogen": "SARSCOV2",
    "lineage_system": "PANGO",
    "lineage": "B.1.1.7",
    "sequencing_method": "WGS",
    "sampling_strategy": "REPRESENTATIVE",
}
ANOTHER: Row = {
    "region": None,
    "period_type": "M",
    "period_start": day(7),
    "pathogen": "INFL",
    "lineage_system": "WHO",
    "sequencing_method": "SANGER",
    "sampling_strategy": "TRAVEL",
}
INFLUENZA = ("AH1N1pdm09", "AH3N2", "AH5N1", "AUNK", "BVic", "BYam", "BUNK", "UNK")
WRITTEN_RIGHT: tuple[Row, ...] = (
    *({"lineage_system": "PANGO", "lineage": lineage} for lineage in ("B.1.1.7", "XBB.1.5", "A", "XBB.1.5-like+F456L")),
    *({"lineage_system": "NEXTSTRAIN", "lineage": lineage} for lineage in ("20I", "20I/V1")),
    {"lineage_system": "GISAID_CLADE", "lineage": "GRY"},
    {"lineage_system": "WHO", "lineage": "Omicron"},
    *({"lineage_system": "EPIPULSE", "pathogen": "INFL", "lineage": lineage} for lineage in INFLUENZA),
    *({"lineage_system": "EPIPULSE", "pathogen": "RSV", "lineage": lineage} for lineage in ("RSV_A", "RSV_B", "UNK")),
    *({"lineage_system": system, "lineage": "Other"} for system in ("PANGO", "NEXTSTRAIN", "GISAID_CLADE", "WHO")),
    {"lineage_system": "NEXTSTRAIN", "lineage": "Unassigned"},
    {"lineage": "20I"},
)
WRITTEN_OTHERWISE: tuple[Row, ...] = (
    {"lineage_system": "PANGO", "lineage": "20I"},
    {"lineage_system": "NEXTSTRAIN", "lineage": "B.1.1.7"},
    {"lineage_system": "GISAID_CLADE", "lineage": "B.1.1.7"},
    {"lineage_system": "WHO", "lineage": "BA.2"},
    {"lineage_system": "PANGO", "lineage": "AH3N2", "pathogen": "INFL"},
    {"lineage_system": "EPIPULSE", "lineage": "B.1.1.7"},
    {"lineage_system": "EPIPULSE", "lineage": "UNK"},
    {"lineage_system": "EPIPULSE", "lineage": "RSV_A", "pathogen": "INFL"},
    {"lineage_system": "EPIPULSE", "lineage": "AH3N2", "pathogen": "RSV"},
)
EARLIEST = {
    **dict.fromkeys(("B.1.1.7", "B.1.1.7.1", "Q.1"), date(2020, 9, 1)),
    "B.1.351": date(2020, 5, 1),
    "P.1": date(2020, 11, 1),
    **dict.fromkeys(("B.1.617.2", "AY.4"), date(2020, 10, 1)),
    **dict.fromkeys(("B.1.1.529", "BA.2", "BQ.1", "XBB.1.5"), date(2021, 11, 1)),
}
LABELS = {
    "B.1.1.7": "ALPHA",
    "Q.1": "ALPHA",
    "B.1.351": "BETA",
    "P.1": "GAMMA",
    "B.1.617.2": "DELTA",
    "AY.4": "DELTA",
    "B.1.1.529": "OMICRON",
    "BA.2": "OMICRON",
    "BQ.1": "OMICRON",
    "XBB.1.5": "OMICRON",
}


def otherwise_written(table: str, rule: str) -> Case:
    """Lineages in the words of another system, and in those of their own."""
    return case(table, rule, *WRITTEN_OTHERWISE, *WRITTEN_RIGHT, guilty=tuple(range(len(WRITTEN_OTHERWISE))))


def before_known(table: str, rule: str, dated: str, **more: Value) -> Case:
    """Each lineage 31 days before it was known, then 30, then under another system."""
    early = [(lineage, date.fromordinal(known.toordinal() - 31)) for lineage, known in EARLIEST.items()]
    late = [(lineage, date.fromordinal(known.toordinal() - 30)) for lineage, known in EARLIEST.items()]
    said: list[Row] = [{"lineage_system": "PANGO", "lineage": x, dated: known, **more} for x, known in (*early, *late)]
    said += [{"lineage_system": "GISAID_CLADE", "lineage": "B.1.351", dated: date(2019, 1, 1), **more}]
    said += [{"lineage_system": "PANGO", "lineage": "B.1", dated: date(2019, 1, 1), **more}]
    return case(table, rule, *said, guilty=tuple(range(len(early))))


def _summed(first: int, second: int, **more: Value) -> tuple[Row, Row]:
    one = COUNT | {"sequenced_count": 10, "detections_count": first}
    return one, one | {"lineage": "B.1.351", "detections_count": second} | more


CASES: tuple[Case, ...] = (
    case(
        TABLE,
        "variant-week-starts-on-monday",
        {"period_type": "W", "period_start": day(1)},
        {"period_type": "W", "period_start": EARLY},
        {"period_type": "D", "period_start": day(1)},
    ),
    case(
        TABLE,
        "variant-month-starts-on-its-first-day",
        {"period_type": "M", "period_start": day(1)},
        {"period_type": "M", "period_start": EARLY},
        {"period_type": "D", "period_start": day(1)},
    ),
    case(
        TABLE,
        "detections-of-a-lineage-do-not-exceed-what-was-sequenced",
        {"detections_count": 11, "sequenced_count": 10},
        {"detections_count": 10, "sequenced_count": 10},
        {"detections_count": 11},
    ),
    case(TABLE, "lineages-do-not-exceed-what-was-sequenced", *_summed(6, 5), guilty=(0, 1)),
    case(TABLE, "lineages-do-not-exceed-what-was-sequenced", *_summed(6, 4), guilty=()),
    *(
        case(
            TABLE,
            "lineages-do-not-exceed-what-was-sequenced",
            *_summed(6, 5, **{field: "TR-06" if value is None else value}),
            guilty=(),
        )
        for field, value in ANOTHER.items()
    ),
    apart(
        TABLE,
        "sequenced-is-one-number-for-all-lineages",
        COUNT | {"sequenced_count": 10},
        COUNT | {"sequenced_count": 9, "lineage": "B.1.351"},
        place="region",
        series=ANOTHER,
        guilty=1,
    ),
    otherwise_written(TABLE, "lineage-fits-its-system"),
    case(
        TABLE,
        "label-fits-the-lineage",
        *({"lineage_system": "PANGO", "lineage": lineage, "who_label": "MU"} for lineage in LABELS),
        *({"lineage_system": "PANGO", "lineage": lineage, "who_label": label} for lineage, label in LABELS.items()),
        {"lineage_system": "PANGO", "lineage": "B.1", "who_label": "MU"},
        {"lineage_system": "PANGO", "lineage": "B.1.1.7", "who_label": "UNK"},
        {"lineage_system": "NEXTSTRAIN", "lineage": "20I", "who_label": "MU"},
        guilty=tuple(range(len(LABELS))),
    ),
    before_known(TABLE, "variant-is-not-counted-before-it-was-known", "period_start", detections_count=1),
    case(
        TABLE,
        "variant-is-not-counted-before-it-was-known",
        COUNT | {"period_start": date(2019, 1, 7), "detections_count": 1},
        COUNT | {"period_start": date(2019, 1, 7), "detections_count": 0},
    ),
)

# A row that is told apart from others by its key, and says nothing else.
KEYED: Row = COUNT
