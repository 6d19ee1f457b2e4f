"""A packed file (zip, gzip) becomes plain ones, in a child process that may die: `python -m pipelines.archives JOB`.

No more is written than the job allows, and nothing is written under a name that the archive says.
"""
