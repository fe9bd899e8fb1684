"""Network models on the engine: classes, covariates, components, inconsistency, outcomes, doses."""

from assuage.synthesis.models.class_effects import (
    ClassEffects,
    class_mean,
    class_means,
    drugs_and_classes,
    new_member,
    new_members,
)
from assuage.synthesis.models.comparison import (
    ModelComparison,
    ModelScore,
    StudyDensities,
    averaged_effects,
    compare,
    model_probabilities,
    stacking_weights,
    study_densities,
)
from assuage.synthesis.models.components import ComponentEffects, combination, component_effects
from assuage.synthesis.models.dose_model import DosePrior
from assuage.synthesis.models.dose_network import Dosed, DoseNetwork, DoseScale, observe_doses
from assuage.synthesis.models.dose_response import DoseResponse, fit_dose_response
from assuage.synthesis.models.inconsistency import (
    FixedInconsistency,
    GlobalInconsistency,
    NodeSplit,
    RandomInconsistency,
    SplitComparison,
    global_inconsistency,
    inconsistency_effects,
    node_split,
    node_splits,
    splittable,
)
from assuage.synthesis.models.outcomes import (
    OutcomesPosterior,
    TwoOutcomes,
    UniformCorrelation,
    fit_outcomes,
    over_correlations,
)
from assuage.synthesis.models.regression import (
    Category,
    Covariate,
    MetaRegression,
    effects_at,
    interactions,
)
from assuage.synthesis.models.terms import IndependentEffects, Known

__all__ = [
    "Category",
    "ClassEffects",
    "ComponentEffects",
    "Covariate",
    "DoseNetwork",
    "DosePrior",
    "DoseResponse",
    "DoseScale",
    "Dosed",
    "FixedInconsistency",
    "GlobalInconsistency",
    "IndependentEffects",
    "Known",
    "MetaRegression",
    "ModelComparison",
    "ModelScore",
    "NodeSplit",
    "OutcomesPosterior",
    "RandomInconsistency",
    "SplitComparison",
    "StudyDensities",
    "TwoOutcomes",
    "UniformCorrelation",
    "averaged_effects",
    "class_mean",
    "class_means",
    "combination",
    "compare",
    "component_effects",
    "drugs_and_classes",
    "effects_at",
    "fit_dose_response",
    "fit_outcomes",
    "global_inconsistency",
    "inconsistency_effects",
    "interactions",
    "model_probabilities",
    "new_member",
    "new_members",
    "node_split",
    "node_splits",
    "observe_doses",
    "over_correlations",
    "splittable",
    "stacking_weights",
    "study_densities",
]
