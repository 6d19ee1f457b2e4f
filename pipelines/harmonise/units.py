"""A number in the sender's unit becomes one in the field's, in whole numbers, so that nothing is lost on the way."""

from __future__ import annotations

from pipelines.declarations.units import READ_DIGITS, Conversion


def converted_sql(digits: str, how: Conversion) -> str:
    """Write the expression that converts a number (an SQL expression of its digits, with a decimal point).

    It is the twin of `pipelines.declarations.units.converted`.
    """
    add, multiply, divide = how.ratio
    read = f"CAST(TRY_CAST({digits} AS DECIMAL(21, {READ_DIGITS})) * {10**READ_DIGITS} AS HUGEINT)"
    counted = f"(({read} + {_whole(add)}) * {_whole(multiply)})"
    rounded = f"sign({counted}) * ((2 * abs({counted}) + {_whole(divide)}) // {_whole(2 * divide)})"
    return f"TRY_CAST(CAST({rounded} AS VARCHAR) || 'e-{how.digits}' AS DOUBLE)"


def _whole(number: int) -> str:
    return f"{number}::HUGEINT" if number >= 0 else f"({number})::HUGEINT"
