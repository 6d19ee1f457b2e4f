"""schemas/ and expectations/ as frozen, typed values, and what is compiled from them."""

from __future__ import annotations

from pathlib import Path

from pipelines.declarations.lint import contradictions
from pipelines.declarations.load import Declarations, Senders, read_declarations, read_senders
from pipelines.errors import DeclarationError

__all__ = ["Declarations", "Senders", "load_declarations", "read_senders"]


def load_declarations(*extra: Path, only: str | None = None) -> Declarations:
    """Read the declarations of salamat and of each folder in `extra` (which has schemas/ and expectations/, or either).

    With `only`, no other source is read than this one. Raises DeclarationError with file and line for everything that
    is malformed or that contradicts another.
    """
    declared = read_declarations(*extra, only=only)
    if wrong := contradictions(declared):
        raise DeclarationError(wrong)
    return declared
