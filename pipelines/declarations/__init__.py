"""schemas/ and expectations/ as frozen, typed values, and what is compiled from them."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from pipelines.declarations.lint import contradictions
from pipelines.declarations.load import Declarations, Senders, files_of, read_declarations, read_senders
from pipelines.errors import DeclarationError

__all__ = ["Declarations", "Senders", "load_declarations", "read_senders"]


def load_declarations(*extra: Path, only: str | None = None) -> Declarations:
    """Read the declarations of salamat and of each folder in `extra` (which has schemas/ and expectations/, or either).

    With `only`, no other source is read than this one. Raises DeclarationError with file and line for everything that
    is malformed or that contradicts another. A process that asks again for files that have not changed since gets the
    same value.
    """
    stamp = tuple((str(file), (told := file.stat()).st_mtime_ns, told.st_size) for file in files_of(*extra))
    return _loaded(extra, only, stamp)


@lru_cache(maxsize=8)
def _loaded(extra: tuple[Path, ...], only: str | None, _stamp: tuple[tuple[str, int, int], ...]) -> Declarations:
    declared = read_declarations(*extra, only=only)
    if wrong := contradictions(declared):
        raise DeclarationError(wrong)
    return declared
