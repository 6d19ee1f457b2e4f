"""envelope: what a sender says of a delivery beside its bytes, as a `datapackage.json` in the shape of Frictionless.

`resources` names the files that it is about, and our own words stand under `salamat`:

    {"resources": [{"name": "march", "path": "march.csv"}],
     "salamat": {"kind": "replace", "period": "2021-03-01/2021-03-31", "because": "the laboratory has counted again"}}
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from pipelines.artefacts import DATAPACKAGE, PLAIN, Envelope
from pipelines.errors import EnvelopeError

__all__ = ["DATAPACKAGE", "envelope_beside", "envelope_of", "read_envelope", "write_envelope"]

_MOST_BYTES = 1 << 20


class _Ours(BaseModel):
    """What may stand under `salamat`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal["add_update", "replace", "withdraw"] | None = None
    zero_report: bool = False
    period: str | None = None
    because: str = ""
    withdraws: str | None = None
    meant: bool = False

    @field_validator("period")
    @classmethod
    def _is_a_period(cls, value: str | None) -> str | None:
        _days(value)
        return value

    @model_validator(mode="after")
    def _is_whole(self) -> _Ours:
        withdrawal = self.kind == "withdraw"
        if self.zero_report and self.kind not in {None, "replace"}:
            raise ValueError("a zero_report says all that is to stand for its days: leave `kind` out")
        if self.zero_report and self.period in {None, "file", "all"}:
            raise ValueError("a zero_report needs the days on which there was nothing: period: 2021-03-01/2021-03-07")
        if self.kind == "replace" and not self.period:
            raise ValueError("a replace needs its period: 2021-03-01/2021-03-31, file or all")
        if withdrawal and (self.withdraws is None) == (self.period is None):
            raise ValueError("a withdraw names either the delivery that it `withdraws` or its period")
        if withdrawal and self.period == "file":
            raise ValueError("a withdraw has no file whose days could be meant; name them")
        if self.withdraws and not withdrawal:
            raise ValueError("only kind: withdraw withdraws a delivery")
        if (withdrawal or self.meant) and not self.because.strip():
            raise ValueError("say why, in `because`")
        return self


class _Resource(BaseModel):
    path: str


class _Package(BaseModel):
    """The parts of a data package that are read here; Frictionless knows many more."""

    resources: tuple[_Resource, ...] = ()
    salamat: _Ours = Field(default_factory=_Ours)


def read_envelope(file: Path) -> tuple[Envelope, tuple[str, ...]]:
    """Read a data package: what it says, and the names of the files that it is about. Raises EnvelopeError."""
    try:
        if file.stat().st_size > _MOST_BYTES:
            raise EnvelopeError(f"{file.name} has more than {_MOST_BYTES:,} bytes: it is no envelope")
        package = _Package.model_validate(json.loads(file.read_bytes()))
    except ValidationError as error:
        raise EnvelopeError(f"{file.name}: {_told(error)}") from error
    except (ValueError, RecursionError) as error:
        raise EnvelopeError(f"{file.name} is not JSON: {error}") from error
    return _envelope(package.salamat), tuple(resource.path for resource in package.resources)


def envelope_beside(file: Path) -> Envelope:
    """Give what a data package beside a file says of it; nothing where there is none, or it is about other files."""
    package = file.with_name(DATAPACKAGE)
    if file.name == DATAPACKAGE or not package.is_file():
        return PLAIN
    envelope, about = read_envelope(package)
    return envelope if file.name in about else PLAIN


def envelope_of(**said: Any) -> Envelope:
    """Make an envelope of what a command was told, under the rules of the file. Raises EnvelopeError."""
    try:
        return _envelope(_Ours(**said))
    except ValidationError as error:
        raise EnvelopeError(_told(error)) from error


def write_envelope(envelope: Envelope, folder: Path) -> Path:
    """Write an envelope as a data package of no files."""
    period = envelope.period_text
    said = {"kind": envelope.kind, "period": period, "withdraws": envelope.withdraws, "because": envelope.because}
    file = folder / DATAPACKAGE
    told = {"resources": [], "salamat": {key: value for key, value in said.items() if value}}
    file.write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")
    return file


def _envelope(ours: _Ours) -> Envelope:
    if ours == _Ours():
        return PLAIN
    return Envelope(
        "zero_report" if ours.zero_report else ours.kind, _days(ours.period), ours.because, ours.withdraws, ours.meant
    )


def _days(told: str | None) -> Any:
    """Read a period: two days, the first not after the last, or a word."""
    if told in {None, "file", "all"}:
        return told
    first, slash, last = str(told).partition("/")
    try:
        days = date.fromisoformat(first), date.fromisoformat(last if slash else first)
    except ValueError as error:
        raise ValueError(f"'{told}' is no period; write 2021-03-01/2021-03-31, file or all") from error
    if days[0] > days[1]:
        raise ValueError(f"the period {told} ends before it begins")
    return days


def _told(error: ValidationError) -> str:
    """Say each thing that is wrong, with its place."""
    return "; ".join(
        f"{'.'.join(map(str, e['loc']))}: {e['msg'].removeprefix('Value error, ')}".removeprefix(": ")
        for e in error.errors()
    )
