"""schemas/ and expectations/ as frozen, typed values, and what is compiled from them."""

from __future__ import annotations

from pathlib import Path

from pipelines.declarations.lint import contradictions
from pipelines.declarations.load import Declarations, read_declarations
from pipelines.errors import DeclarationError

__all__ = ["Declarations", "load_declarations"]


def load_declarations(*extra: Path) -> Declarations:
    """Read the declarations of salamat and of each folder in `extra` (which has schemas/ and expectations/, or either).

    Raises DeclarationError with file and line for everything that is malformed or that contradicts another.
    """
    declared = read_declarations(*extra)
    if wrong := contradictions(declared):
        raise DeclarationError(wrong)
    return declared
