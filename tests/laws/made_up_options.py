"""Made-up options: what drugs do on outcomes, draw by draw, as `expect` would return it."""

from collections.abc import Collection, Mapping
from decimal import Decimal

from assuage.evidence.network import Floats
from assuage.knowledge.catalogues import load_catalogues
from assuage.options.appraisal import Interval, Origin, OutcomeEstimate
from assuage.options.benefit import Expectation, Expectations
from assuage.units import MgPerDay

OUTCOMES = load_catalogues().outcomes
DOSE = MgPerDay(Decimal(10))
NOTHING = Interval(estimate=0, low=0, high=0)


def expectations(
    table: Mapping[str, Mapping[str, Floats | None]], untried: Collection[str] = ()
) -> Expectations:
    """Return expectations for differences from placebo by drug and outcome, in people per person.

    None is no data. `untried` drugs have only their class to speak for them, not their own trials.
    """
    names = list(next(iter(table.values())))
    outcomes = tuple(sorted((OUTCOMES[name] for name in names), key=lambda o: o.order))
    return Expectations(
        outcomes=outcomes,
        by_dose={
            (drug, DOSE): tuple(
                Expectation(
                    estimate=OutcomeEstimate(
                        outcome=outcome.id,
                        unit="per_1000",
                        with_drug=None,
                        with_placebo=None,
                        difference=None if row[outcome.id] is None else NOTHING,
                        certainty=None,
                        origin=Origin(kind="class" if drug in untried else "trials", statement=""),
                    ),
                    difference=row[outcome.id],
                )
                for outcome in outcomes
            )
            for drug, row in table.items()
        },
        options={},
    )


def offered(table: Mapping[str, object]) -> dict[str, MgPerDay]:
    return dict.fromkeys(table, DOSE)
