"""Rows of `genome_samples` that break each of its rules, and rows beside them that do not."""

from __future__ import annotations

from datetime import date

from tests.validate.breaking.case import EARLY, Case, Row, Value, case
from tests.validate.breaking.variant_counts import before_known, otherwise_written

TABLE = "genome_samples"
SAMPLE: dict[str, Value] = {"sample_id": "s", "specimen_collected_date": EARLY}

CASES: tuple[Case, ...] = (
    case(
        TABLE,
        "whole-genome-is-read-to-90-percent",
        {"sequencing_method": "WGS", "coverage_breadth_percent": 89.9},
        {"sequencing_method": "WGS", "coverage_breadth_percent": 90.0},
        {"sequencing_method": "SANGER", "coverage_breadth_percent": 10.0},
    ),
    case(
        TABLE,
        "coverage-is-in-percent",
        {"coverage_breadth_percent": 1.0},
        {"coverage_breadth_percent": 0.98},
        {"coverage_breadth_percent": 0.0},
        {"coverage_breadth_percent": 1.1},
        guilty=(0, 1),
    ),
    case(
        TABLE,
        "lineage-names-its-system",
        {"lineage": "B.1.1.7"},
        {"lineage": "B.1.1.7", "lineage_system": "PANGO"},
        {},
    ),
    otherwise_written(TABLE, "lineage-of-a-sample-fits-its-system"),
    before_known(TABLE, "variant-is-not-sampled-before-it-was-known", "specimen_collected_date"),
    case(
        TABLE,
        "accession-of-gisaid-has-its-form",
        {"sequence_repository": "GISAID", "wgs_accession": "ERR123456"},
        {"sequence_repository": "ENA", "wgs_accession": "EPI_ISL_402124"},
        {"sequence_repository": "GENBANK", "wgs_accession": "EPI_ISL_402124"},
        {"sequence_repository": "GISAID", "wgs_accession": "EPI_ISL_402124"},
        {"sequence_repository": "GENBANK", "wgs_accession": "MN908947.3"},
        {"sequence_repository": "GISAID"},
        guilty=(0, 1, 2),
    ),
    case(
        TABLE,
        "accession-of-the-archive-is-that-of-a-run",
        {"sequence_repository": "ENA", "wgs_accession": "ERS1234567"},
        {"sequence_repository": "ENA", "wgs_accession": "SRX1234567"},
        {"sequence_repository": "ENA", "wgs_accession": "ERR1234567"},
        {"sequence_repository": "ENA", "wgs_accession": "SRR1234567"},
        {"sequence_repository": "GENBANK", "wgs_accession": "MN908947.3"},
        guilty=(0, 1),
    ),
    case(
        TABLE,
        "name-of-the-virus-has-the-state",
        {"isolate": "hCoV-19/Hungary/x-1/2021"},
        {"isolate": "hCoV-19/Turkey/x-1/2021"},
        {"isolate": "hCoV-19/Türkiye/x-1/2021"},
        {"isolate": "A/Victoria/1/2021"},
    ),
    case(
        TABLE,
        "name-of-the-virus-has-the-year-of-the-sample",
        {"isolate": "hCoV-19/Turkey/x-1/2020", "specimen_collected_date": EARLY},
        {"isolate": "hCoV-19/Turkey/x-1/2021", "specimen_collected_date": EARLY},
        {"isolate": "hCoV-19/Turkey/x-1", "specimen_collected_date": EARLY},
        {"isolate": "hCoV-19/Turkey/x-1/2020"},
    ),
    case(
        TABLE,
        "cycle-of-a-sequenced-sample-is-plausible",
        {"ct_value": 0.0},
        {"ct_value": 45.1},
        {"ct_value": 45.0},
        {"ct_value": 0.1},
        guilty=(0, 1),
    ),
    case(
        TABLE,
        "one-accession-is-one-sample",
        SAMPLE | {"wgs_accession": "EPI_ISL_1"},
        SAMPLE | {"wgs_accession": "EPI_ISL_1", "sample_id": "t"},
        SAMPLE | {"wgs_accession": "EPI_ISL_2", "sample_id": "u", "specimen_collected_date": date(2021, 3, 2)},
        guilty=(0, 1),
    ),
    case(
        TABLE,
        "sample-number-is-not-a-national-number",
        {"sample_id": "12345678901"},
        {"sample_id": "920101350123"},
        {"sample_id": "12345678901234"},
        {"sample_id": "1234567890"},
        guilty=(0, 1, 2),
    ),
)

# A row that is told apart from others by its key, and says nothing else.
KEYED: Row = SAMPLE
