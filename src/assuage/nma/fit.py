"""A fitted network, to be asked: each answer is a value with a table and a plot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.console import Group

from assuage.errors import NetworkError
from assuage.knowledge.reading import nearest
from assuage.nma.absolute import Absolute, absolute_effects
from assuage.nma.consistency import Consistency, Splits
from assuage.nma.deviance import deviance_points
from assuage.nma.diagnostics import Diagnostics
from assuage.nma.effects import Predictions, RelativeEffects, Result
from assuage.nma.engines import Inference, infer, rank_probabilities
from assuage.nma.funnel import Funnel, centred_effects
from assuage.nma.heterogeneity import Heterogeneity, trial_effects
from assuage.nma.league import League, league_cells
from assuage.nma.model import Model
from assuage.nma.ranks import Ranks
from assuage.report.text import render, text
from assuage.synthesis.consistency import decompose
from assuage.synthesis.splits import split

if TYPE_CHECKING:
    from assuage.nma.account import NetworkAccount

WIDTH = 100


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fit:
    """A network under a model. Every method answers one question; nothing is fitted again."""

    account: NetworkAccount
    model: Model
    inference: Inference

    def relative_effects(
        self, *, against: str | None = None, level: float = 0.95
    ) -> RelativeEffects:
        """Return all effects, shown against the reference or another treatment, best first."""
        pairs = self.inference.effects_at(level)
        return RelativeEffects(
            result=self._result(level), pairs=pairs, versus=self._treatment(against)
        )

    def predictions(self, *, against: str | None = None, level: float = 0.95) -> Predictions:
        """Return where the effect in one new trial would fall.

        Raises NetworkError for common effects, which leave no room for a new trial to differ.
        """
        pairs = self.inference.effects_at(level)
        if any(pair.predict_low is None for pair in pairs):
            raise NetworkError(
                "There is no prediction interval: it needs random effects and more contrasts than "
                "parameters."
            )
        return Predictions(result=self._result(level), pairs=pairs, versus=self._treatment(against))

    def ranks(self) -> Ranks:
        """Return each treatment's score and its probability of each rank."""
        small_values = self.account.small_values
        return Ranks(
            result=self._result(),
            scores=dict(self.inference.scores(small_values)),
            probabilities=rank_probabilities(self.inference.joint, small_values),
        )

    def consistency(self) -> Consistency:
        """Return Q within and between designs, and what each trial adds to it."""
        classical = self.inference.classical
        return Consistency(
            result=self._result(),
            decomposition=decompose(classical.design),
            points=deviance_points(classical),
        )

    def splits(self) -> Splits:
        """Return direct against indirect evidence for each comparison that some trial makes."""
        return Splits(result=self._result(), rows=split(self.inference.classical))

    def heterogeneity(self) -> Heterogeneity:
        """Return how much trials of the same comparison differ beyond chance."""
        classical = self.inference.classical
        return Heterogeneity(
            result=self._result(),
            tau=self.inference.tau,
            tau_interval=self.inference.tau_interval,
            q=classical.q,
            df=classical.df,
            p=classical.p_heterogeneity,
            i2=classical.i2,
            i2_interval=classical.i2_interval,
            trials=trial_effects(self.account.studies, self.inference.effects_at(0.95)),
        )

    def diagnostics(self) -> Diagnostics:
        """Return how well the model fits each trial, and what the engine says of its own error."""
        return Diagnostics(
            result=self._result(),
            points=deviance_points(self.inference.classical),
            posterior=self.inference.posterior,
        )

    def league(self, *, order: Sequence[str] | None = None) -> League:
        """Return every pair of treatments: below the diagonal from the network, above it from
        trials of the two alone. `order` is best first when left open."""
        chosen = tuple(order) if order is not None else self._best_first()
        if sorted(chosen) != sorted(self.account.treatments):
            raise NetworkError(
                "order must name each treatment once: "
                f"{', '.join(sorted(self.account.treatments))}."
            )
        cells = league_cells(
            self.inference.effects_at(0.95), split(self.inference.classical), chosen
        )
        return League(result=self._result(), order=chosen, cells=cells)

    def funnel(self, *, order: Sequence[str]) -> Funnel:
        """Return each trial's effect less that of its comparison, against its standard error.

        `order` names the treatments from the one that small trials might disfavour (placebo, the
        older) to the one they might favour; without such an order a funnel tells nothing. Each
        effect is that of the earlier named minus the later.
        """
        if sorted(order) != sorted(self.account.treatments):
            raise NetworkError(
                "A funnel needs an order that names each treatment once, from old to new: "
                f"{', '.join(sorted(self.account.treatments))}."
            )
        rows = centred_effects(self.account.studies, split(self.inference.classical), order)
        return Funnel(result=self._result(), rows=rows)

    def absolute(
        self, *, baseline: float, baseline_se: float = 0.0, of: str | None = None
    ) -> Absolute:
        """Return what each treatment would lead to, given what one of them does.

        `baseline` is the risk (OR, RR, RD), the rate (IRR) or the mean (MD) under treatment `of`
        (the reference when left open); `baseline_se` its standard error on the analysis scale
        (log odds, log risk, risk, log rate, mean).
        """
        return absolute_effects(
            self._result(),
            self.inference.effects_at(0.95),
            versus=self._treatment(of),
            baseline=(baseline, baseline_se),
        )

    def choices(self) -> dict[str, str]:
        """Return every choice the caller left open, and what was chosen."""
        made = {
            "measure": self.account.measure,
            "reference": self.account.reference,
            "small_values": self.account.small_values,
        }
        left = {what: made[what] for what in self.account.chosen_for_you}
        return {**left, **self.inference.choices}

    def __str__(self) -> str:
        """The effects, and whether the trials agree."""
        parts = [
            text((f"Network meta-analysis of {self.account.name}", "bold")),
            self.relative_effects().table().__rich__(),
            self.heterogeneity().table().__rich__(),
            self.consistency().table().__rich__(),
        ]
        return render(Group(*parts), width=WIDTH)

    def _result(self, level: float = 0.95) -> Result:
        return Result(
            name=self.account.name,
            measure=self.account.measure,
            reference=self.account.reference,
            order=self._best_first(),
            small_values=self.account.small_values,
            interval=f"{level:.0%} {self.inference.interval_name}",
            score_name=self.inference.score_name,
            model=self.inference.statement,
            choices="; ".join(
                f"{what} {'as above' if what == 'priors' else made}"
                for what, made in self.choices().items()
            ),
            studies=self.account.studies,
        )

    def _best_first(self) -> tuple[str, ...]:
        scores = self.inference.scores(self.account.small_values)
        return tuple(sorted(self.account.treatments, key=lambda t: (-scores[t], t)))

    def _treatment(self, name: str | None) -> str:
        if name is None:
            return self.account.reference
        if name not in self.account.treatments:
            known = self.account.treatments
            raise NetworkError(
                f"{name!r} is not in the network{nearest(name, known)}; "
                f"choose one of: {', '.join(known)}."
            )
        return name


def fit_model(account: NetworkAccount, model: Model) -> Fit:
    """Fit a network under a model."""
    return Fit(account=account, model=model, inference=infer(account, model))
