"""A view or a macro of a release, with what it is for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Definition:
    """A view or a macro: what it says, what it is for, and its columns' comments (views only)."""

    kind: Literal["VIEW", "MACRO", "MACRO TABLE"]
    name: str
    body: str
    comment: str
    parameters: str = ""
    columns: tuple[tuple[str, str], ...] = ()

    def sql(self, *, temporary: bool = False) -> str:
        """Give the statement that makes it."""
        what, called = self.kind.partition(" ")[0], f"{self.name}({self.parameters})"
        table = {"VIEW": "", "MACRO": "", "MACRO TABLE": "TABLE"}[self.kind]
        named = self.name if self.kind == "VIEW" else called
        return f"CREATE {'TEMP ' if temporary else ''}{what} {named} AS {table}\n{self.body}"
