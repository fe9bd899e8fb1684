"""Time one appraisal (p99 below 20 ms) and one decision in a process, and a fresh command (1 s).

    python -m benchmarks.appraisal

In the process, the patients are the examples and the twelve reviewed cases, each with random parts
of the record taken away, after one warm-up a pain condition. As a command, the example patient.
How many a second on one core: 300 varied people of `validation/realistic_patients.py`, median of
seven rounds.
"""

import json
import os
import random
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from statistics import median
from time import perf_counter

import numpy as np
from validation.realistic_patients import realistic_patients

from assuage.consult.appraise import appraise
from assuage.consult.decide import decide
from assuage.consult.library import Library, load_library
from assuage.consult.patient import patient_from_text
from assuage.knowledge.yaml_text import read_yaml
from assuage.options.screening import screen
from assuage.patient.derivation import derive_facts
from assuage.patient.record import PatientRecord

ROOT = Path(__file__).parents[1]
TODAY = date(2026, 6, 15)
EXAMPLE = ROOT / "examples" / "patient.yaml"
RUNS, STARTS = 600, 9


def patients(library: Library) -> list[PatientRecord]:
    texts = {path.name: path.read_text() for path in sorted(ROOT.glob("examples/*.yaml"))}
    for path in sorted(ROOT.glob("tests/cases/*.yaml")):
        case = read_yaml(path.read_text(), path.name).data
        texts[path.name] = json.dumps(case["patient"], default=str)
    return [patient_from_text(text, name, library, today=TODAY) for name, text in texts.items()]


def varied(record: PatientRecord, chance: random.Random) -> PatientRecord:
    keep = {k: m for k, m in record.measurements.items() if chance.random() < 0.7}
    conditions = tuple(c for c in record.conditions if chance.random() < 0.8)
    return replace(record, measurements=keep, conditions=conditions)


def in_process(use_case: Callable[..., object]) -> np.ndarray:
    """Return milliseconds, one a patient."""
    library, chance = load_library(), random.Random(1)
    known = patients(library)
    for record in known:
        use_case(record, library, today=TODAY)
    times: list[float] = []
    for number in range(RUNS):
        record = varied(known[number % len(known)], chance)
        began = perf_counter()
        use_case(record, library, today=TODAY)
        times.append(perf_counter() - began)
    return 1000 * np.array(times)


def a_second() -> dict[str, float]:
    """People a second: their facts and 17 verdicts with reasons; the whole appraisal."""
    library = load_library()
    texts = [json.dumps(person, default=str) for person in realistic_patients(300)]
    people = [patient_from_text(text, "p.json", library, today=TODAY) for text in texts]
    words = library.safety.vocabulary

    def verdicts(record: PatientRecord) -> None:
        screen(derive_facts(record, words, today=TODAY), library.rules)

    def whole(record: PatientRecord) -> None:
        appraise(record, library, today=TODAY)

    rates: dict[str, float] = {}
    for name, work in (("facts and 17 verdicts", verdicts), ("whole appraisals", whole)):
        rounds: list[float] = []
        for _ in range(8):
            began = perf_counter()
            for record in people:
                work(record)
            rounds.append(len(people) / (perf_counter() - began))
        rates[name] = median(rounds[1:])  # the first fills what is kept
    return rates


def as_command(*options: str) -> list[float]:
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    command = [str(Path(sys.executable).parent / "assuage"), "appraise", str(EXAMPLE)]
    times: list[float] = []
    for _ in range(STARTS + 1):
        began = perf_counter()
        subprocess.run([*command, *options], env=environment, check=True, capture_output=True)
        times.append(perf_counter() - began)
    return times[1:]  # the first also writes Python's byte code


def main() -> None:
    for name, use_case, target in (("appraisal", appraise, 20), ("decision", decide, 100)):
        times = in_process(use_case)
        print(f"one {name} in a process, {RUNS} patients")  # noqa: T201
        for said, value in (("median", np.median(times)), ("p99", np.quantile(times, 0.99))):
            print(f"  {said:30}{value:10.1f} ms   target p99 < {target} ms")  # noqa: T201
    for name, rate in a_second().items():
        print(f"  {name:30}{rate:10.0f} a second   target 1,000")  # noqa: T201
    for options in ((), ("--json",)):
        starts = as_command("--today", TODAY.isoformat(), *options)
        said = "assuage appraise " + " ".join(options)
        print(f"{said:32}{1000 * median(starts):10.0f} ms   target < 1000 ms")  # noqa: T201


if __name__ == "__main__":
    main()
