"""Network models on the engine: classes, covariates, components, inconsistency, outcomes."""

from assuage.synthesis.models.class_effects import (
    ClassEffects,
    class_mean,
    class_means,
    new_member,
    new_members,
)
from assuage.synthesis.models.components import ComponentEffects, combination, component_effects
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
    "Known",
    "MetaRegression",
    "class_mean",
    "class_means",
    "combination",
    "component_effects",
    "effects_at",
    "interactions",
    "new_member",
    "new_members",
]
