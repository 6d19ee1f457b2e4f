"""What may be declared about what a delivery does to those before it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from pipelines.declarations.model import Declared


class Delivers(Declared):
    """What a delivery of a source does, where no envelope says otherwise."""

    kind: Literal["add_update", "replace"] = Field(
        "add_update",
        description="add_update: its facts are added, or put in the place of those with the same key. replace: they "
        "are all that is to stand for the days of `period`, and what is not among them is deleted. "
        "Example: `kind: replace`",
    )
    period: Literal["file", "all"] | None = Field(
        None,
        description="of a replace: from the first to the last day of the file's own facts, or everything that the "
        "source ever said. Example: `period: all`",
    )
    hold_above_dropped_share: float = Field(
        0.2,
        ge=0,
        le=1,
        description="a replace that takes out more of the rows that stand for its days waits for a person. "
        "Example: `hold_above_dropped_share: 0.05`",
    )

    @model_validator(mode="after")
    def _has_its_days(self) -> Delivers:
        if (self.kind == "replace") != (self.period is not None):
            raise ValueError("`kind: replace` needs `period: file` or `period: all`, and nothing else has a period")
        return self
