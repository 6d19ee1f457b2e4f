"""The ten documented queries of a release. A test runs each of them in every supported DuckDB."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Example:
    """A question and the SQL that answers it."""

    question: str
    sql: str


def as_file() -> str:
    """Give the queries as the text of queries.sql: each is preceded by its question as a comment."""
    return (
        "\n\n".join(f"-- {number}. {example.question}\n{example.sql};" for number, example in enumerate(EXAMPLES, 1))
        + "\n"
    )


EXAMPLES = (
    Example(
        "What is in this release, and what is one row of each table?",
        """SELECT table_name, estimated_size AS row_count, comment
FROM duckdb_tables()
WHERE database_name = current_database() AND table_name NOT LIKE '%_superseded'
ORDER BY table_name""",
    ),
    Example(
        "Which deliveries was it made from, and what became of their facts?",
        """SELECT source, file_name, received_at, facts_read, facts_inserted, facts_updated, facts_unchanged,
    facts_rejected, facts_set_aside
FROM submissions
ORDER BY received_at, submission_id""",
    ),
    Example(
        "What is the newest figure of cases for each whole country, on each basis?",
        """SELECT source, region, measure_type, case_basis, date_basis, period_start, value
FROM country_totals('CASES')
WHERE age_from_years = -1 AND sex = '_T'
QUALIFY row_number() OVER (
    PARTITION BY source, region, pathogen, period_type, measure_type, case_basis, date_basis
    ORDER BY period_start DESC) = 1
ORDER BY ALL""",
    ),
    Example(
        "What do the regions add up to? geo_level keeps the country's total, and cities, out of the sum.",
        """SELECT source, left(region, 2) AS country, pathogen, indicator, measure_type, case_basis, date_basis,
    period_type, period_start, sum(value) AS value, count(*) AS regions
FROM case_counts
WHERE geo_level = 'region' AND indicator = 'CASES' AND age_from_years = -1 AND sex = '_T'
GROUP BY ALL
ORDER BY ALL""",
    ),
    Example(
        "On which days do the regions not add up to the country's total?",
        """WITH regions AS (
    SELECT source, left(region, 2) AS country, pathogen, measure_type, case_basis, date_basis, period_type,
        period_start, sum(value) AS value
    FROM region_values('CASES') GROUP BY ALL
)
SELECT r.source, r.country, r.period_start, r.measure_type, r.case_basis, r.value AS regions_value,
    t.value AS country_value
FROM regions AS r
JOIN country_totals('CASES') AS t ON t.source = r.source AND t.region = r.country AND t.pathogen = r.pathogen
    AND t.measure_type = r.measure_type AND t.case_basis = r.case_basis AND t.date_basis = r.date_basis
    AND t.period_type = r.period_type AND t.period_start = r.period_start
WHERE t.age_from_years = -1 AND t.sex = '_T' AND t.value <> r.value
ORDER BY ALL""",
    ),
    Example(
        "What is new each day by region, from the running totals, with the mean of seven days within one definition?",
        """SELECT source, region, pathogen, case_basis, date_basis, period_start, value, is_negative_step,
    is_across_break, round(avg(value) FILTER (WHERE NOT is_across_break) OVER (
        PARTITION BY source, region, pathogen, case_basis, date_basis, comparable_segment ORDER BY period_start
        RANGE BETWEEN INTERVAL 6 DAYS PRECEDING AND CURRENT ROW), 1) AS mean_of_7_days
FROM case_counts_incident
WHERE indicator = 'CASES' AND period_type = 'D' AND age_from_years = -1 AND sex = '_T'
ORDER BY ALL""",
    ),
    Example(
        "What could a reader see on a past day, and what is said of the same figures now? Change the day.",
        """SELECT c.source, c.region, c.indicator, c.measure_type, c.period_start, seen.value AS value_then,
    c.value AS value_now, c.recorded_at
FROM case_counts AS c
LEFT JOIN case_counts_as_of('2021-03-01') AS seen
    USING (reporting_country, source, region, period_type, period_start, pathogen, indicator, measure_type, case_basis,
        date_basis, age_from_years, age_to_years, sex)
WHERE c.value IS DISTINCT FROM seen.value
ORDER BY ALL
LIMIT 50""",
    ),
    Example(
        "How many deaths were there for each hundred cases, by the running totals of each place?",
        """SELECT c.source, c.region, c.period_start, c.case_basis, c.value AS cases, d.value AS deaths,
    round(100 * d.value / nullif(c.value, 0), 2) AS deaths_per_100_cases
FROM case_counts AS c
JOIN case_counts AS d ON d.indicator = 'DEATHS' AND d.source = c.source AND d.region = c.region
    AND d.pathogen = c.pathogen AND d.measure_type = c.measure_type AND d.period_type = c.period_type
    AND d.period_start = c.period_start
    AND d.age_from_years = c.age_from_years AND d.age_to_years = c.age_to_years AND d.sex = c.sex
WHERE c.indicator = 'CASES' AND c.measure_type = 'CUMULATIVE'
ORDER BY ALL""",
    ),
    Example(
        "Where does a figure come from? Its file's digest, and the row and column in that file.",
        """SELECT c.region, c.period_start, c.indicator, c.value, t.file_name, t.sha256, t.source_row, t.source_column
FROM case_counts AS c, trace(c.submission_id, c.source_row, c.source_column) AS t
WHERE c.indicator = 'CASES'
ORDER BY c.period_start DESC, c.value DESC, c.region, t.source_row, t.source_column
LIMIT 20""",
    ),
    Example(
        "How did the cases of the line lists end, by sex and age band, with the codes' labels?",
        """SELECT k.reporting_country, k.pathogen, sexes.label_en AS sex, 10 * floor(k.age_years / 10) AS age_band_from,
    outcomes.label_en AS outcome, count(*) AS cases
FROM cases AS k
LEFT JOIN codes AS sexes ON sexes.list = 'sex' AND sexes.code = k.sex
LEFT JOIN codes AS outcomes ON outcomes.list = 'outcome' AND outcomes.code = k.outcome
GROUP BY ALL
ORDER BY ALL""",
    ),
)
