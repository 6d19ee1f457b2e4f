-- Some states send what is new each day, others running totals; case_counts_incident has the steps of the totals.
WITH daily AS (
    SELECT reporting_country AS state, region, period_start, value FROM region_values('CASES')
    WHERE measure_type = 'INCIDENT'
    UNION ALL BY NAME
    SELECT reporting_country AS state, region, period_start, value FROM case_counts_incident
    WHERE indicator = 'CASES' AND geo_level = 'region' AND sex = '_T' AND age_from_years = -1
)
SELECT state, region, name_en AS name, sum(value) AS cases_in_7_days, max(period_start) AS until
FROM daily JOIN places ON place_id = region
WHERE period_start > (SELECT max(period_start) - 7 FROM daily)
GROUP BY ALL ORDER BY cases_in_7_days DESC, region LIMIT 8
