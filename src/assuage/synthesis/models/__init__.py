"""Network models on the engine: classes, covariates, components, inconsistency, outcomes."""

from assuage.synthesis.models.class_effects import (
    ClassEffects,
    class_mean,
    class_means,
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
from assuage.synthesis.models.regression import (
    Category,
    Covariate,
    MetaRegression,
    effects_at,
    interactions,
)
from assuage.synthesis.models.terms import Known

__all__ = [
    "Category",
    "ClassEffects",
    "ComponentEffects",
    "Covariate",
    "FixedInconsistency",
    "GlobalInconsistency",
    "Known",
    "MetaRegression",
    "ModelComparison",
    "ModelScore",
    "NodeSplit",
    "RandomInconsistency",
    "SplitComparison",
    "StudyDensities",
    "averaged_effects",
    "class_mean",
    "class_means",
    "combination",
    "compare",
    "component_effects",
    "effects_at",
    "global_inconsistency",
    "inconsistency_effects",
    "interactions",
    "model_probabilities",
    "new_member",
    "new_members",
    "node_split",
    "node_splits",
    "splittable",
    "stacking_weights",
    "study_densities",
]
