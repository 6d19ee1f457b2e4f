"""The one tree of errors. Each class says whose it is to mend: the ministry's, the engineer's, the operator's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipelines.artefacts import Finding


class SalamatError(Exception):
    """Anything that salamat says no to. `whose` names who can mend it."""

    whose = "engineer"


@dataclass(frozen=True)
class Contradiction:
    """One thing wrong in a declaration: the file, the line counted from 1 (0: the whole file), and what is wrong.

    A question that a draft left open contradicts nothing, and keeps the declaration from being used all the same.
    """

    file: Path
    line: int
    what: str
    is_question: bool = False

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else str(self.file)
        return f"{place}: {self.what}"


class DeclarationError(SalamatError):
    """The declarations contradict themselves or each other; nothing runs until they are mended."""

    def __init__(self, contradictions: Sequence[Contradiction]) -> None:
        self.contradictions = tuple(contradictions)
        super().__init__("\n".join(str(c) for c in self.contradictions))

    @property
    def headline(self) -> str:
        """Say in a few words what is wrong: contradictions, open questions, or both."""
        open_ = sum(c.is_question for c in self.contradictions)
        told = f"{open_} question{'s' if open_ > 1 else ''} of a draft {'are' if open_ > 1 else 'is'} open"
        if open_ == len(self.contradictions) and open_:
            return f"{told}, and nothing contradicts itself"
        return f"the declarations contradict themselves{f', and {told}' if open_ else ''}"


class Refused(SalamatError):
    """A delivery cannot be read as its source declares. Carries every finding, so that one round mends all."""

    whose = "ministry"

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("; ".join(map(str, self.findings[:5])))


class RuleNotTried(SalamatError):
    """A rule could not be tried: it has neither failed nor been met."""


class NoFacts(SalamatError):
    """A delivery was refused before it had facts, so what was asked of its facts cannot be told."""

    whose = "ministry"


class UnknownSource(SalamatError):
    """No declared source has this name, or takes a file of this name; or several take it.

    Carries what was named, what is nearest to it, and the sources that take it, so that it can be told in a language.
    """

    whose = "ministry"

    def __init__(
        self, told: str, value: str | None = None, near: Sequence[str] = (), several: Sequence[str] = ()
    ) -> None:
        self.value, self.near, self.several = value, tuple(near), tuple(several)
        super().__init__(told)


class RowsRefused(SalamatError):
    """A spreadsheet of words has rows that cannot be taken into the declarations; none of it was."""

    whose = "reviewer of words"

    def __init__(self, rows: Sequence[Contradiction]) -> None:
        self.rows = tuple(rows)
        super().__init__("nothing was taken from the spreadsheet:\n" + "\n".join(map(str, self.rows)))


class UnknownLanguage(SalamatError):
    """No declared language has this name."""

    whose = "ministry"


class UnknownDelivery(SalamatError):
    """The ledger has no delivery with this id."""

    whose = "operator"


class NotHeld(SalamatError):
    """A decision was given on a delivery that does not wait for one."""

    whose = "operator"


class EnvelopeError(SalamatError):
    """What a sender says beside a file is not understood: a `datapackage.json`, or the options of a command."""

    whose = "ministry"


class Superseded(SalamatError):
    """A delivery is not published: it would bring back what was corrected since, or was withdrawn."""

    whose = "ministry"


class NotAcknowledged(SalamatError):
    """What was to be acknowledged cannot be: there is no such rule, source or field, or the rule rejects or refuses."""

    whose = "operator"


class StoreError(SalamatError):
    """Bytes could not be stored or are not what their name says."""

    whose = "operator"


class LineBroken(SalamatError):
    """A host could not be reached, or the line broke before the file was whole. Trying again may help."""

    whose = "operator"


class LineRefused(SalamatError):
    """A host said no, or is not the host that is known. Trying again does not help before somebody has mended it."""

    whose = "operator"


class LakeError(SalamatError):
    """The lake could not be opened, or another writer holds it for too long. Trying again may help."""

    whose = "operator"


class BackupError(SalamatError):
    """A home could not be backed up, or a backup could not be brought back; nothing was overwritten."""

    whose = "operator"


class AuditFailed(SalamatError):
    """A release is not what the lake says, and is not handed out."""

    whose = "engineer"


class QueryError(SalamatError):
    """The SQL given to `salamat query` cannot be run; the message is DuckDB's own."""

    whose = "researcher"


class NotARelease(SalamatError):
    """A folder is no release of salamat, or not one that says what it holds."""

    whose = "researcher"
