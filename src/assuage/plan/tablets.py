"""Make a dose from marketed strengths, with the fewest pieces, and share it over the day.

Only solid forms are counted: a tablet or capsule is what a plan can name without a syringe.
"""

from collections.abc import Sequence
from decimal import Decimal
from functools import cache
from math import ceil, gcd

from assuage.plan.dosing import Intakes, Product, TimeOfDay
from assuage.plan.regimen import Count, Intake
from assuage.units import MgPerDay

_HALF = Decimal("0.5")
Pieces = tuple[tuple[Product, bool], ...]
"""What is swallowed, piece by piece: the product, and whether it is half of one."""


def makeable_doses(products: Sequence[Product], up_to: Decimal) -> tuple[MgPerDay, ...]:
    """Return every dose above zero and at most `up_to` that the strengths can make, rising."""
    table = _fewest_pieces(products, up_to)
    return tuple(sorted(MgPerDay(dose) for dose in table if 0 < dose <= up_to))


def make_up(dose: Decimal, products: Sequence[Product]) -> tuple[Count, ...] | None:
    """Return the fewest pieces that add up to the dose, largest strength first; None if none do.

    Of equally few, whole units go before halves; then fewer different strengths are preferred.
    """
    pieces = _fewest_pieces(products, dose).get(dose)
    return None if pieces is None or dose <= 0 else _counted(pieces)


def share_over_day(
    dose: MgPerDay, products: Sequence[Product], intakes: Intakes
) -> tuple[Intake, ...] | None:
    """Return what is taken when, or None when the strengths cannot make the dose.

    A divided dose is shared evenly where the strengths allow it; otherwise its pieces are dealt
    so that the later intake is the larger, since most of these drugs make drowsy.
    """
    split = intakes.split_above is not None and dose > intakes.split_above.value
    times = intakes.divided if split else intakes.times
    each = dose / len(times)
    if len(times) > 1 and (even := make_up(each, products)) is not None:
        return tuple(Intake(time=time, counts=even) for time in times)
    pieces = _fewest_pieces(products, dose).get(dose)
    return None if pieces is None else _deal(pieces, times)


def _deal(pieces: Pieces, times: Sequence[TimeOfDay]) -> tuple[Intake, ...]:
    shares: dict[TimeOfDay, list[tuple[Product, bool]]] = {time: [] for time in times}
    for piece in sorted(pieces, key=_mg, reverse=True):
        lightest = min(reversed(times), key=lambda time: sum(map(_mg, shares[time])))
        shares[lightest].append(piece)
    return tuple(
        Intake(time=time, counts=_counted(tuple(share))) for time, share in shares.items() if share
    )


def _mg(piece: tuple[Product, bool]) -> Decimal:
    product, is_half = piece
    return product.strength * _HALF if is_half else product.strength


def _counted(pieces: Pieces) -> tuple[Count, ...]:
    numbers: dict[Product, Decimal] = {}
    for product, is_half in sorted(pieces, key=lambda piece: -piece[0].strength):
        numbers[product] = numbers.get(product, Decimal(0)) + (_HALF if is_half else Decimal(1))
    return tuple(Count(number=number, product=product) for product, number in numbers.items())


def _fewest_pieces(products: Sequence[Product], up_to: Decimal) -> dict[Decimal, Pieces]:
    """Return the fewest pieces for every dose up to `up_to`, and for some above it."""
    return _table(tuple(products), 2 ** ceil(max(up_to, Decimal(1))).bit_length())


@cache
def _table(products: tuple[Product, ...], up_to: int) -> dict[Decimal, Pieces]:
    """Solve the change-making problem for every dose, in steps of the strengths' common mg.

    `up_to` is a power of two, so that all doses of a drug share a few tables.
    """
    coins = _coins(products)
    if not coins:
        return {}
    unit = _common_unit([_mg(coin) for coin in coins])
    best: dict[Decimal, Pieces] = {Decimal(0): ()}
    for step in range(1, int(up_to / unit) + 1):
        dose = unit * step
        ways = [(*best[rest], coin) for coin in coins if (rest := dose - _mg(coin)) in best]
        if ways:
            best[dose] = min(ways, key=_awkwardness)
    return best


def _awkwardness(pieces: Pieces) -> tuple[int, int, int, Decimal]:
    """Order ways to make one dose: fewest pieces, halves, strengths; then the largest strength."""
    return (
        len(pieces),
        sum(is_half for _, is_half in pieces),
        len({product for product, _ in pieces}),
        -max(product.strength for product, _ in pieces),
    )


def _coins(products: Sequence[Product]) -> tuple[tuple[Product, bool], ...]:
    """One piece for each distinct mg that can be swallowed, whole units before halves."""
    solid = sorted((p for p in products if p.is_solid), key=lambda product: product.strength)
    pieces = [(p, False) for p in solid] + [(p, True) for p in solid if p.may_be_halved]
    distinct: dict[Decimal, tuple[Product, bool]] = {}
    for piece in pieces:
        distinct.setdefault(_mg(piece), piece)
    return tuple(distinct.values())


def _common_unit(doses: Sequence[Decimal]) -> Decimal:
    places = max(0, *(-int(dose.normalize().as_tuple().exponent) for dose in doses))
    scale = Decimal(10) ** places
    return gcd(*(int(dose * scale) for dose in doses)) / scale


def next_dose_within(
    doses: Sequence[MgPerDay], above: Decimal, at_most: Decimal
) -> MgPerDay | None:
    """Return the largest makeable dose above one and at most another, or None."""
    inside = [dose for dose in doses if above < dose <= at_most]
    return max(inside) if inside else None
