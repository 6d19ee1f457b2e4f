"""What the tables of a release mean that no schema declares: the registers of the lake, codes, sources, dictionary."""

from __future__ import annotations

TABLES = {
    "submissions": "What was delivered and published. One row is one delivery of one file; every other row leads here.",
    "check_results": "What was checked. One row is one rule tried on one delivery, with the facts that failed it.",
    "rejected_facts": "What was not published, and where it stands. One row is one rule that one fact broke.",
    "column_mappings": "From which column of the sender's file a field was read. One row is one field of one delivery.",
    "codes": "Every code with its labels. One row is one code of one list.",
    "sources": "Who sends what. One row is one declared source, with the table that it fills and the system behind it.",
    "dictionary": "What every column means. One row is one column of one table, those of the state tier included.",
}

REFERENCE_TYPES: dict[str, dict[str, str]] = {
    "codes": {"list": "VARCHAR", "code": "VARCHAR", "standard_code": "VARCHAR"},
    "sources": {
        "source": "VARCHAR",
        "reporting_country": "VARCHAR",
        "title": "VARCHAR",
        "table_name": "VARCHAR",
        "data_source": "VARCHAR",
        "languages": "VARCHAR",
        "publisher": "VARCHAR",
        "licence": "VARCHAR",
    },
    "dictionary": {
        "table_name": "VARCHAR",
        "field": "VARCHAR",
        "type": "VARCHAR",
        "unit": "VARCHAR",
        "meaning": "VARCHAR",
        "standard": "VARCHAR",
        "codes": "VARCHAR",
        "required": "BOOLEAN",
        "key": "BOOLEAN",
        "tier": "VARCHAR",
    },
}

KEYS: dict[str, tuple[str, ...]] = {
    "submissions": ("submission_id",),
    "codes": ("list", "code"),
    "sources": ("source",),
    "dictionary": ("table_name", "field"),
}

MEANINGS = {
    "table_name": "The table that this is about.",
    "file_name": "The name of the file as the sender gave it.",
    "sha256": "The SHA-256 digest of the file's bytes: whoever has the file can prove that it is the one.",
    "size_bytes": "The size of the file in bytes.",
    "received_at": "When the delivery was received, in UTC. Deliveries count in this order.",
    "recorded_at": "When a reader could first see what was delivered, in UTC.",
    "declarations_digest": "The digest of all declarations under which the file was read.",
    "rows_read": "The rows of the file, the header apart.",
    "facts_read": "The facts in the file; it is the sum of those inserted, updated, unchanged, rejected and set aside.",
    "facts_inserted": "The facts that were new.",
    "facts_updated": "The facts that replaced an earlier statement.",
    "facts_unchanged": "The facts that repeated an earlier statement, or stood twice in the file.",
    "facts_rejected": "The facts that broke a rule and are not published.",
    "facts_set_aside": "The facts that are left out for a declared reason, such as what was not reported.",
    "rule": "The id of the rule. It never changes its meaning.",
    "field": "The field that this is about.",
    "consequence": "What follows when the rule fails: reject, hold, refuse, flag or note.",
    "facts_failed": "How many facts failed; empty where the rule was not made.",
    "why_not_made": "Why the rule was not made.",
    "facts_acknowledged": "Of the facts that failed, those whose doubt is known and explained.",
    "lake_snapshot": "The state of the lake that rules compared with; empty where none looked beyond the file.",
    "column_mappings.source_column": "The column of the sender's file; empty where it is the row's own source_column.",
    "list": "The code list that the code belongs to.",
    "code": "The code as it stands in the tables.",
    "standard_code": "The code of the standard that the list follows, where it differs.",
    "title": "What the source sends, in one sentence.",
    "data_source": "The surveillance system behind its figures: table data_sources; empty where none is named.",
    "languages": "The languages in which its places, codes and dates are written, the first one first.",
    "publisher": "Who published the file, or 'synthetic'.",
    "licence": "Under which licence the file was published.",
    "type": "The DuckDB type of the column.",
    "unit": "What is counted, or the UCUM unit.",
    "meaning": "What the column means.",
    "standard": "The standard that the name, the unit or the codes come from.",
    "codes": "The list in the table codes that the value is from.",
    "required": "Whether a fact without it is rejected, unless its source cannot collect it.",
    "key": "Whether the column is part of the key that tells rows apart.",
    "tier": "Who may see it: network, or state (only the state that sent it, in the releases of that tier).",
}
