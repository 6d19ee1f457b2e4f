"""A written draft is read back as any declaration is: it says what was drafted, and contradicts nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from pipelines.declarations import Declarations
from pipelines.declarations.lint import contradictions_of_sources
from pipelines.declarations.source import Source
from pipelines.declarations.yaml_lines import read_yaml, typed
from pipelines.draft.drafted import Draft
from pipelines.draft.write import as_yaml
from pipelines.errors import DeclarationError


def proven(draft: Draft, declared: Declarations, folder: Path) -> Declarations:
    """Give the declarations with the draft as their one source. Raises DeclarationError with what is open or wrong."""
    file = folder / f"{draft.source}.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(as_yaml(draft), encoding="utf-8")
    document = read_yaml(file)
    sources = {draft.source: typed(Source, document)}
    documents = {**declared.documents, draft.source: document}
    with_it = replace(declared, sources=sources, documents=documents)
    if found := contradictions_of_sources(with_it):
        raise DeclarationError(found)
    return with_it
