"""Network meta-analysis in Python: read trials, look at the network, fit it, ask the fit.

    from assuage import nma

    network = nma.read("trials.csv")
    print(network)
    fit = network.fit()
    print(fit.relative_effects().table())
    fit.league().plot().save("league.svg")

Every answer is a value with `.table()` and `.plot()`. A table prints, and gives `to_dicts()` and
`to_csv()`; a plot is a figure with `.svg()`, `.png()` and `.save()`, and shows itself in a
notebook. What you did not choose is printed with the result.
"""

from assuage.nma.account import NetworkAccount
from assuage.nma.comparing import compare
from assuage.nma.fit import Fit
from assuage.nma.model import Model
from assuage.nma.reading import from_arms, from_contrasts, read
from assuage.synthesis.classical.crossover import (
    correlation_from_difference,
    crossover_from_events,
    crossover_from_means,
)

__all__ = [
    "Fit",
    "Model",
    "NetworkAccount",
    "compare",
    "correlation_from_difference",
    "crossover_from_events",
    "crossover_from_means",
    "from_arms",
    "from_contrasts",
    "read",
]
