"""A workbook (XLSX) becomes a table of text, in a child process that may die: `python -m pipelines.workbook JOB`.

Nothing but the standard library is imported here, so that the child is up in a twentieth of a second and small.
"""
