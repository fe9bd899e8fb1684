"""A person's exposure as plain data, for `exposure --json` and `plan --json`."""

from assuage.exposure.dose import equivalent_interval
from assuage.exposure.relative import ExposureFactor, RelativeExposure
from assuage.provenance import Stamp
from assuage.report.appraisal_json import Json, citation_json, dose_json, stamp_json
from assuage.units import MgPerDay


def dose_in_person_json(
    exposure: RelativeExposure, dose: MgPerDay, stamp: Stamp, *, patient: str
) -> Json:
    """Return what a dose means in this person; the keys stand in docs/reference/exposure-json.md.

    Ratios and doses are not rounded.
    """
    like, low, high = equivalent_interval(dose, exposure)
    return {
        "stamp": stamp_json(stamp),
        "in_scope": True,
        "patient": patient,
        "drug": exposure.drug,
        "mg_per_day": dose_json(dose),
        "acts_like": {"mg_per_day": like, "low": low, "high": high},
        "exposure": exposure_json(exposure),
    }


def exposure_json(exposure: RelativeExposure) -> Json:
    """Return the ratio with its interval and factors."""
    return {
        "analyte": exposure.analyte,
        "ratio": exposure.median,
        "low": exposure.low,
        "high": exposure.high,
        "drug_alone": exposure.parent_median,
        "statement": exposure.statement,
        "factors": [_factor(factor) for factor in exposure.factors],
        "not_recorded": list(exposure.not_recorded),
    }


def _factor(factor: ExposureFactor) -> Json:
    return {
        "what": factor.what,
        "ratio": factor.ratio,
        "low": factor.low,
        "high": factor.high,
        "drug_alone": factor.parent_ratio,
        "basis": factor.basis,
        "because": factor.because,
        "sources": [citation_json(citation) for citation in factor.citation],
    }
