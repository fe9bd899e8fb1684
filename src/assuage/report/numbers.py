"""Numbers as readers see them: whole people per 1,000, one decimal of a pain point, true minus.

Rounding is to what the estimates can bear. A number that is not there is said in words and is
never written as zero.
"""

from typing import Literal

from assuage.options.appraisal import Interval
from assuage.report.wording import NO_DATA

Unit = Literal["per_1000", "points"]
MINUS = "−"


def decimals(unit: Unit) -> int:
    return 0 if unit == "per_1000" else 1


def rounded(value: float, unit: Unit) -> float | int:
    """Round to whole people, or to a tenth of a point; never a negative zero."""
    number = round(value, decimals(unit)) + 0.0
    return int(number) if unit == "per_1000" else number


def amount(value: float, unit: Unit) -> str:
    number = rounded(value, unit)
    text = f"{abs(number):,.{decimals(unit)}f}"
    return MINUS + text if number < 0 else text


def signed(value: float, unit: Unit) -> str:
    number = rounded(value, unit)
    return "+" + amount(number, unit) if number > 0 else amount(number, unit)


def level(interval: Interval | None, unit: Unit) -> str:
    """Write an estimate without its interval, or say that there is no data."""
    return NO_DATA if interval is None else amount(interval.estimate, unit)


def bounds(interval: Interval, unit: Unit) -> str:
    """Write an interval of levels: 90 to 214."""
    return f"{amount(interval.low, unit)} to {amount(interval.high, unit)}"


def signed_bounds(interval: Interval, unit: Unit) -> str:
    """Write an interval of differences with every sign: +90 to +214."""
    return f"{signed(interval.low, unit)} to {signed(interval.high, unit)}"


def difference(interval: Interval | None, unit: Unit) -> str:
    """Write a difference and its interval: +152 (+90 to +214), or that there is no data."""
    if interval is None:
        return NO_DATA
    return f"{signed(interval.estimate, unit)} ({signed_bounds(interval, unit)})"


def percent(probability: float) -> str:
    """Write a probability in whole percent, without claiming never or always."""
    if probability < 0.005:
        return "<1%"
    if probability > 0.995:
        return ">99%"
    return f"{100 * probability:.0f}%"
