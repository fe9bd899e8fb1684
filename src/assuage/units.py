"""Doses as exact decimals, with every rounding named."""

from decimal import Decimal
from typing import NewType

MgPerDay = NewType("MgPerDay", Decimal)


def mg_per_day(value: Decimal | int | str) -> MgPerDay:
    """Return an exact daily dose in mg. Floats are refused: 0.1 is not a tenth."""
    return MgPerDay(Decimal(value))


def plain(dose: Decimal) -> str:
    """Write a dose without exponent or idle zeros: 37.5, 60, 100."""
    return f"{dose.normalize():f}"
