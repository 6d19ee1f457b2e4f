"""Views and macros over the tables that most is asked of: what is new, one level of places, where a figure is from."""

from __future__ import annotations

from pipelines.derived.definition import Definition

_EVERYBODY = "c.sex = '_T' AND c.age_from_years = -1 AND c.age_to_years = -1"
_SERIES = (
    "reporting_country, source, region, period_type, pathogen, indicator, case_basis, date_basis, "
    "age_from_years, age_to_years, sex"
)

FIGURES = (
    Definition(
        "VIEW",
        "case_counts_incident",
        f"""WITH series AS (
    SELECT *, lag(value) OVER w AS value_before, lag(period_start) OVER w AS period_before,
        lag(comparable_segment) OVER w AS segment_before
    FROM case_counts_comparable
    WHERE measure_type = 'CUMULATIVE'
    WINDOW w AS (PARTITION BY {_SERIES} ORDER BY period_start)
), steps AS (
    SELECT *, CASE WHEN period_start = CASE period_type
            WHEN 'D' THEN period_before + 1
            WHEN 'W' THEN period_before + 7
            WHEN 'M' THEN CAST(period_before + INTERVAL 1 MONTH AS DATE)
        END THEN value - value_before END AS step
    FROM series
)
SELECT reporting_country, source, region, geo_level, period_type, period_start, pathogen, indicator, case_basis,
    date_basis, age_from_years, age_to_years, sex, step AS value, step < 0 AS is_negative_step,
    value AS cumulative_value, comparable_segment, comparable_segment <> segment_before AS is_across_break,
    submission_id, source_sheet, source_row, source_column, dq_flags
FROM steps""",
        "What was new in each period, derived from the running totals of case_counts. Series that were sent as new "
        "figures are not here.",
        columns=(
            ("value", "This running total less that of the period just before; empty where that period is missing."),
            ("is_negative_step", "Whether the running total fell: the sender took cases back. It is not smoothed."),
            ("cumulative_value", "The running total as sent."),
            ("comparable_segment", "The segment of the series, as in case_counts_comparable."),
            (
                "is_across_break",
                "Whether the definition changed since the period before: the step is not all new cases.",
            ),
            ("source_sheet", "The sheet of the sender's workbook; empty for files without sheets."),
            ("source_row", "The row of the sender's file in which this running total stands; see the macro trace."),
        ),
    ),
    Definition(
        "MACRO",
        "is_across_break",
        """count(DISTINCT row(series, segment)) > count(DISTINCT row(series))""",
        "In an aggregate over a _comparable view: whether the rows of any one series lie on both sides of a break, as "
        "in is_across_break(region, comparable_segment). Series are told apart by what breaks are: the place, and "
        "where several are added up, (region, indicator, measure_type).",
        "series, segment",
    ),
    Definition(
        "MACRO",
        "comparable_sum",
        """CASE WHEN count(DISTINCT row(series, segment)) > count(DISTINCT row(series)) THEN
    error('this sum goes across a break of a definition: group by comparable_segment; see definition_breaks')
    ELSE sum(figure) END""",
        "The sum of figures, or an error where it would go across a break: comparable_sum(value, region, "
        "comparable_segment) over a _comparable view, with the series as in is_across_break.",
        "figure, series, segment",
    ),
    Definition(
        "MACRO TABLE",
        "country_totals",
        f"""SELECT c.* FROM case_counts AS c
WHERE c.geo_level = 'country' AND c.indicator = indicator AND {_EVERYBODY}""",
        "The figures of an indicator for whole countries, of all ages and both sexes together, such as "
        "country_totals('CASES'). Never add them to those of regions.",
        "indicator",
    ),
    Definition(
        "MACRO TABLE",
        "region_values",
        f"""SELECT c.* FROM case_counts AS c
WHERE c.geo_level = 'region' AND c.indicator = indicator AND {_EVERYBODY}""",
        "The figures of an indicator for first-level regions, of all ages and both sexes together, such as "
        "region_values('CASES'). Those of a period add up; no total is among them.",
        "indicator",
    ),
    Definition(
        "MACRO TABLE",
        "trace",
        """SELECT s.file_name, s.sha256, row_number AS source_row, column_name AS source_column, s.received_at,
    s.recorded_at
FROM submissions AS s WHERE s.submission_id = submission""",
        "From a figure to the sender's file: give it the row's submission_id, source_row and source_column.",
        "submission, row_number, column_name",
    ),
    Definition(
        "MACRO TABLE",
        "trace_field",
        """SELECT s.file_name, s.sha256, row_number AS source_row, m.source_column, s.received_at, s.recorded_at
FROM submissions AS s LEFT JOIN column_mappings AS m ON m.submission_id = s.submission_id AND m.field = field_name
WHERE s.submission_id = submission""",
        "From a field of a row to the sender's file, for tables such as cases whose source_column is empty: give it "
        "the row's submission_id, its source_row and the name of the field.",
        "submission, row_number, field_name",
    ),
)
