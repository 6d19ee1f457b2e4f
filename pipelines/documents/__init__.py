"""Documents (JSON, NDJSON, FHIR, DHIS2) become a table of text in a child: `python -m pipelines.documents JOB`.

Nothing but the standard library is imported here. A document is read record by record, whatever its size.
"""
