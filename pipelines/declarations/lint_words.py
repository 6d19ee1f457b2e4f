"""One word, one meaning: no token stands for two codes of a list within one language."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pipelines.declarations.folding import fold
from pipelines.declarations.load import Declarations
from pipelines.declarations.model import CodeList
from pipelines.errors import Contradiction


def doubled_tokens(declared: Declarations) -> Iterator[Contradiction]:
    """Find each label or synonym that means two codes to senders of one language.

    Across languages the same token may mean two things (K is a woman in Turkish and a man in Azerbaijani): that is
    refused where a source speaks both, in `lint`.
    """
    for name, codes in declared.codes.items():
        file = next(root / f"schemas/codes/{name}.csv" for root in reversed(declared.roots) if _has(root, name))
        for language in dict.fromkeys(spoken for code in codes.codes for spoken in (*code.labels, *code.synonyms)):
            for token, meant, line in _doubled(codes, language):
                yield Contradiction(file, line, f"'{token}' means {' and '.join(meant)} in the language {language}")


def _has(root: Path, name: str) -> bool:
    return (root / f"schemas/codes/{name}.csv").is_file()


def _doubled(codes: CodeList, language: str) -> Iterator[tuple[str, list[str], int]]:
    """Give each token that a second code claims, with the codes and the line of the second."""
    meant: dict[str, str] = {}
    for line, code in enumerate(codes.codes, 2):
        said = (code.labels.get(language, ""), *code.synonyms.get(language, ()))
        for token in dict.fromkeys(fold(word) for word in said if word):
            if meant.setdefault(token, code.code) != code.code:
                yield token, [meant[token], code.code], line
