"""A Parquet file becomes one of text, in a child process that may die: `python -m pipelines.columnar JOB`.

It is opened by pyarrow first, which is the stricter reader: DuckDB takes some files whose footer was damaged.
"""
