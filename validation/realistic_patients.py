"""Two hundred varied people with neuropathic pain, as patient files; the same on every run.

Made up: ages, illnesses, medicines and laboratory values go together as they do on a ward (who
has diabetes takes metformin, who fibrillates an anticoagulant), but how often each comes is
chosen for variety, not measured in any population. Where a value or an answer is left out, it is
left out as in practice: an ECG in half, a genotype in few.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

TODAY = date(2026, 6, 15)
COUNT = 200
Patient = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Illness:
    """An illness as written, how often it is given by age band, and what is taken for it."""

    name: str
    young: float
    old: float
    medicines: tuple[str, ...] = ()
    needs: str = ""


ILLNESSES = (
    Illness(name="hypertension", young=0.2, old=0.65, medicines=("amlodipine", "ramipril")),
    Illness(name="type 2 diabetes", young=0.1, old=0.25, medicines=("metformin",)),
    Illness(name="depression", young=0.25, old=0.15, medicines=("sertraline", "mirtazapine")),
    Illness(name="anxiety", young=0.15, old=0.08),
    Illness(name="migraine", young=0.12, old=0.04, medicines=("sumatriptan",)),
    Illness(name="asthma", young=0.1, old=0.08, medicines=("salbutamol", "beclometasone")),
    Illness(
        name="coronary heart disease", young=0.02, old=0.2, medicines=("aspirin", "bisoprolol")
    ),
    Illness(name="heart failure", young=0.01, old=0.1, medicines=("furosemide", "bisoprolol")),
    Illness(name="atrial fibrillation", young=0.01, old=0.12, medicines=("apixaban",)),
    Illness(name="chronic kidney disease stage 3", young=0.02, old=0.18),
    Illness(name="benign prostatic hyperplasia", young=0.0, old=0.4, needs="male"),
    Illness(name="osteoarthritis", young=0.05, old=0.4, medicines=("paracetamol", "naproxen")),
    Illness(name="hypothyroidism", young=0.05, old=0.1, medicines=("levothyroxine",)),
    Illness(name="epilepsy", young=0.03, old=0.03, medicines=("levetiracetam",)),
    Illness(name="open-angle glaucoma", young=0.01, old=0.06, medicines=("latanoprost",)),
    Illness(name="gastro-oesophageal reflux", young=0.1, old=0.2, medicines=("omeprazole",)),
    Illness(name="falls", young=0.0, old=0.15),
    Illness(name="dementia", young=0.0, old=0.06, medicines=("donepezil",)),
    Illness(name="stroke", young=0.01, old=0.08, medicines=("clopidogrel", "atorvastatin")),
)
PAINS = (
    "painful diabetic neuropathy",
    "painful diabetic neuropathy",
    "postherpetic neuralgia",
    "lumbar radiculopathy",
    "chemotherapy-induced peripheral neuropathy",
    "central post-stroke pain",
    "HIV neuropathy",
)
OTHERS = (
    "gabapentin",
    "pregabalin",
    "tramadol",
    "simvastatin",
    "codeine",
    "ondansetron",
    "zopiclone",
)


def healthy_with_diabetic_neuropathy(*, age: int = 45, sex: str = "female") -> Patient:
    """A healthy adult with diabetic neuropathy, of whom everything that rules ask is known."""
    return {
        "age": age,
        "sex": sex,
        "pain": {"condition": "painful diabetic neuropathy", "score": 6},
        "conditions": ["type 2 diabetes"],
        "absent": ["all_others"],
        "medications": ["metformin"],
        "allergies": [],
        "measurements": _laboratory(random.Random(0), kidney=95.0, ecg=True),
        **({"pregnancy": "no"} if sex == "female" else {}),
        "suicidality": "none",
        "alcohol": "none",
        "smoker": False,
    }


def realistic_patients(count: int = COUNT) -> tuple[Patient, ...]:
    """Return the patients in the form of a patient file, dated by `TODAY`."""
    chance = random.Random(20260615)
    return tuple(_patient(chance) for _ in range(count))


def _patient(chance: random.Random) -> Patient:
    age = min(94, max(20, round(chance.gauss(60, 16))))
    sex = chance.choice(("female", "male"))
    pain = chance.choice(PAINS)
    illnesses = [
        each
        for each in ILLNESSES
        if chance.random() < (each.old if age >= 65 else each.young) and each.needs in {"", sex}
    ]
    names = [each.name for each in illnesses]
    if "diabetic" in pain and "type 2 diabetes" not in names:
        names.append("type 2 diabetes")
    taken = [chance.choice(each.medicines) for each in illnesses if each.medicines]
    if "diabetic" in pain and "metformin" not in taken:
        taken.append("metformin")
    taken += [name for name in OTHERS if chance.random() < 0.12]
    kidney = chance.gauss(45, 8) if "chronic kidney disease stage 3" in names else 130 - 0.7 * age
    return {
        "age": age,
        "sex": sex,
        "pain": {"condition": pain, "score": chance.randint(4, 9)},
        "conditions": names,
        "absent": ["all_others"],
        "medications": list(dict.fromkeys(taken)),
        "allergies": [],
        "measurements": _laboratory(chance, kidney=kidney, ecg=chance.random() < 0.5),
        **({"pregnancy": "no"} if sex == "female" and age < 55 else {}),
        "suicidality": chance.choice(("none", "none", "none", "none", "past")),
        "alcohol": chance.choice(("none", "some", "some")),
        "smoker": chance.random() < 0.2,
        **_genotypes(chance),
    }


def _laboratory(chance: random.Random, *, kidney: float, ecg: bool) -> Mapping[str, Any]:
    on = TODAY - timedelta(days=chance.randint(1, 30))
    values = {
        "egfr": (max(31, round(kidney)), "mL/min/1.73m2"),
        "crcl": (max(31, round(kidney)), "mL/min"),
        "sodium": (round(chance.gauss(140, 1.8)), "mmol/L"),
        "potassium": (round(chance.uniform(3.7, 4.9), 1), "mmol/L"),
        "alt": (round(chance.uniform(12, 45)), "U/L"),
        "systolic": (round(chance.uniform(112, 148)), "mmHg"),
        "diastolic": (round(chance.uniform(66, 88)), "mmHg"),
        "heart_rate": (round(chance.uniform(58, 88)), "/min"),
        **({"qtc": (round(chance.uniform(395, 440)), "ms")} if ecg else {}),
    }
    return {name: {"value": v, "unit": unit, "on": on} for name, (v, unit) in values.items()}


def _genotypes(chance: random.Random) -> Mapping[str, Any]:
    if chance.random() > 0.1:
        return {}
    return {
        "genotypes": {
            "CYP2D6": chance.choice(("normal", "normal", "intermediate", "poor")),
            "CYP2C19": chance.choice(("normal", "normal", "intermediate", "rapid")),
        }
    }
