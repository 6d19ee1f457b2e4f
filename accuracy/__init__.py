"""Accuracy: the corpus goes through the real path, and what comes out is held against the truth, cell by cell."""
