"""labels: every word in every language as a spreadsheet for a native speaker, and back into the declarations."""

from __future__ import annotations

from pipelines.labels.export_labels import export_labels
from pipelines.labels.import_labels import import_labels

__all__ = ["export_labels", "import_labels"]
