"""The benchmark: our path against DuckDB's bare read, pandas with Great Expectations on pandas, and adtl, in one run.

`python -m bench` makes an invented line list and prints a table and three ratios. Each step runs in a process of its
own, so that its peak memory is its own. docs/performance.md explains the figures.
"""
