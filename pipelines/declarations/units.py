"""Units that senders use, and what they are in ours: (x + add) * multiply / divide, exact, rounded once.

A conversion that only moves the decimal mark keeps every digit. Another is rounded, half away from zero, to the
decimals in which laboratories report in the unit of the field: 98.6 [degF] is 37 Cel, and nobody measured
37.000000000000001. `converted` is the Python twin of the SQL in `pipelines.harmonise.units`; a property test says so.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import Field, ValidationError

from pipelines.declarations.model import Declared, FieldEntry
from pipelines.errors import Contradiction, DeclarationError

if TYPE_CHECKING:
    from pipelines.declarations.load import Declarations

ALL_DIGITS = 12  # behind the decimal mark, where nothing is rounded
READ_DIGITS = 9  # behind the decimal mark of a cell; more are rounded off
_LARGEST, _FINEST = 10**15, 10**30  # so that whole numbers of 128 bits hold every cell below a million million


class Conversion(Declared):
    """A row of schemas/units.csv. `field` is empty where the factor is the same for every substance."""

    field: str = ""
    unit: str
    into: str
    add: Decimal = Decimal(0)
    multiply: Decimal = Decimal(1)
    divide: Decimal = Field(Decimal(1), gt=0)
    decimals: int | None = Field(None, ge=0, le=6)
    source: str

    @property
    def digits(self) -> int:
        """How many digits stand behind the decimal mark of what is converted."""
        return ALL_DIGITS if self.decimals is None else self.decimals

    @cached_property
    def ratio(self) -> tuple[int, int, int]:
        """What is added to a cell, and by what it is multiplied and divided, in whole numbers.

        The cell is counted in units of its last digit, READ_DIGITS, and so is the result in those of `digits`.
        """
        scaled = Fraction(self.multiply) / Fraction(self.divide) * Fraction(10) ** (self.digits - READ_DIGITS)
        return int(self.add * 10**READ_DIGITS), scaled.numerator, scaled.denominator

    def wrong(self) -> Iterator[str]:
        """Say what is wrong with it."""
        _, numerator, denominator = self.ratio
        if self.add * 10**READ_DIGITS % 1:
            yield f"'{self.add}' has more than {READ_DIGITS} decimals"
        if abs(numerator) > _LARGEST or denominator > _FINEST:
            yield f"{self.multiply} / {self.divide} has too many digits"
        if self.decimals is None and Fraction(self.multiply) / Fraction(self.divide) * 1000 % 1:
            yield f"{self.multiply} / {self.divide} goes on behind three decimals: say to how many it is rounded"


def conversion(field: str, unit: str, entry: FieldEntry, declared: Declarations) -> Conversion | None:
    """Find how a unit becomes that of a field: as declared for the field, else for any field of that unit."""
    of_field, of_unit = declared.units.get((field, unit, entry.unit)), declared.units.get(("", unit, entry.unit))
    return of_field or of_unit


def converted(number: Decimal, how: Conversion) -> float:
    """Convert a number that a cell says."""
    add, multiply, divide = how.ratio
    counted = (int(number.scaleb(READ_DIGITS).to_integral_value()) + add) * multiply
    rounded = (2 * abs(counted) + divide) // (2 * divide)
    return float(f"{-rounded if counted < 0 else rounded}e-{how.digits}")


def read_conversions(file: Path) -> Iterator[Conversion]:
    """Read schemas/units.csv."""
    with file.open(encoding="utf-8", newline="") as lines:
        for number, row in enumerate(csv.DictReader(lines), start=2):
            try:
                yield Conversion.model_validate({k: v for k, v in row.items() if v})
            except ValidationError as error:
                raise DeclarationError([Contradiction(file, number, str(error.errors()[0]["msg"]))]) from error


def by_unit(conversions: Iterator[Conversion]) -> Mapping[tuple[str, str, str | None], Conversion]:
    """Give the conversions by field, unit and the unit that comes of it."""
    return {(c.field, c.unit, c.into): c for c in conversions}
