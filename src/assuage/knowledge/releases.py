"""Write and read evidence releases: one folder a release, one JSON file an outcome and variant.

    releases/2026.1/manifest.json            what it was made from and how; digests of its files
                    labels.json              side effects from product labels
                    all/pain_relief_50.json  the outcome's networks, all numbers used
                    without_reconstructed/...

Numbers keep seven significant digits, far finer than any of them is known. The same input gives
the same bytes. A file that does not match its digest in the manifest is refused.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from hashlib import sha256
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from assuage.errors import InvalidInput, Problem
from assuage.evidence.network import LeftOut
from assuage.knowledge.catalogues import knowledge_folder
from assuage.synthesis.baseline import Baseline, BaselineRisk
from assuage.synthesis.mixture import GaussianMixture
from assuage.synthesis.release import (
    Classical,
    EvidenceRelease,
    LabelEffect,
    LevelResult,
    NotAnalysed,
    OutcomeResult,
    Support,
    Variant,
)

CURRENT = "2026.1"
DIGITS = 7
FORMAT = 1
LINES_TO_DEPTH = 4
Folder = Traversable | Path


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseFiles:
    """The files of a release by their path in its folder, and the size of all in bytes."""

    files: Mapping[str, str]

    @property
    def size(self) -> int:
        return sum(len(text.encode()) for text in self.files.values())


def release_files(releases: Mapping[Variant, EvidenceRelease]) -> ReleaseFiles:
    """Return the text of every file of a release, from its variants."""
    files: dict[str, str] = {}
    for variant, release in releases.items():
        for outcome, result in release.outcomes.items():
            files[f"{variant}/{outcome}.json"] = to_text(_outcome_to_plain(result))
    whole = releases["all"]
    files["labels.json"] = to_text([_plain(_fields(label)) for label in whole.labels])
    files["manifest.json"] = to_text(_manifest(releases, files))
    return ReleaseFiles(files=files)


def write_release(content: ReleaseFiles, folder: Path) -> None:
    """Write a release into `folder`, taking away files that an older build left there."""
    for old in sorted(folder.rglob("*.json")):
        if str(old.relative_to(folder)) not in content.files:
            old.unlink()
    for name, text in content.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


@lru_cache(maxsize=4)
def load_release(variant: Variant = "all", release: str = CURRENT) -> EvidenceRelease:
    """Return a release that comes with assuage."""
    return read_release(knowledge_folder().joinpath("releases", release), variant)


def read_release(folder: Folder, variant: Variant = "all") -> EvidenceRelease:
    """Return one variant of the release in a folder. InvalidInput when it is not whole."""
    manifest = _read(folder, "manifest.json", None)
    if manifest.get("format") != FORMAT:
        raise _unusable(
            folder,
            "manifest.json",
            f"format {manifest.get('format')}",
            f"format {FORMAT}",
            "Make the release anew with: assuage evidence release.",
        )
    digests = manifest["files"]
    names = [n for n in digests if n.startswith(f"{variant}/")]
    results = [_outcome_of(_read(folder, name, digests[name])) for name in names]
    labels = _read(folder, "labels.json", digests["labels.json"])
    return EvidenceRelease(
        id=manifest["id"],
        variant=variant,
        software=manifest["software"],
        knowledge=manifest["knowledge"],
        inputs=manifest["inputs"],
        outcomes={result.outcome: result for result in results},
        not_analysed=tuple(NotAnalysed(**item) for item in manifest["not_analysed"][variant]),
        labels=tuple(LabelEffect(**item) for item in labels),
        priors=manifest["priors"],
    )


def _manifest(releases: Mapping[Variant, EvidenceRelease], files: Mapping[str, str]) -> Any:
    whole = releases["all"]
    return {
        "format": FORMAT,
        "id": whole.id,
        "software": whole.software,
        "knowledge": whole.knowledge,
        "inputs": whole.inputs,
        "priors": dict(whole.priors),
        "not_analysed": {v: [_fields(n) for n in r.not_analysed] for v, r in releases.items()},
        "files": {name: _digest(files[name]) for name in sorted(files)},
    }


def _read(folder: Folder, name: str, digest: str | None) -> Any:
    try:
        text = folder.joinpath(*name.split("/")).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise _unusable(
            folder, name, "no readable file", "a file of the release", "Restore the release."
        ) from None
    if digest is not None and _digest(text) != digest:
        raise _unusable(
            folder,
            name,
            "a file that was changed",
            "the file the manifest names by digest",
            "Restore it, or make the release anew with: assuage evidence release.",
        )
    return json.loads(text)


def _unusable(folder: Folder, name: str, found: str, expected: str, do: str) -> InvalidInput:
    where = str(folder.joinpath(*name.split("/")))
    return InvalidInput([Problem(where=where, found=found, expected=expected, do=do)])


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def to_text(value: Any, depth: int = 0) -> str:
    """Write JSON that can be compared line by line: one line an item near the top, none below."""
    if depth < LINES_TO_DEPTH and isinstance(value, dict) and value:
        items: Iterable[str] = (
            f"{json.dumps(str(k))}: {to_text(v, depth + 1)}" for k, v in _items(value)
        )
        opening, closing = "{", "}"
    elif depth < LINES_TO_DEPTH and isinstance(value, list) and value and not _flat(value):
        items = (to_text(v, depth + 1) for v in _list(value))
        opening, closing = "[", "]"
    else:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    pad = " " * (depth + 1)
    body = f",\n{pad}".join(items)
    end = f"\n{' ' * depth}{closing}"
    return f"{opening}\n{pad}{body}{end}" + ("\n" if depth == 0 else "")


def _items(value: Any) -> Iterable[tuple[Any, Any]]:
    return value.items()


def _list(value: Any) -> Sequence[Any]:
    return value


def _flat(value: Any) -> bool:
    return not any(isinstance(v, dict | list) for v in value)


def _plain(value: Any) -> Any:
    """Round floats and turn tuples and decimals into what JSON has."""
    if isinstance(value, float):
        return float(f"{value:.{DIGITS}g}")
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, dict):
        return {str(k): _plain(v) for k, v in _items(value)}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in _list(value)]
    return value


def _fields(value: Any) -> dict[str, Any]:
    return {name: getattr(value, name) for name in value.__slots__}


def _outcome_to_plain(result: OutcomeResult) -> Any:
    baseline = result.baseline
    return _plain(
        {
            "outcome": result.outcome,
            "measure": result.measure,
            "baseline": baseline
            and {
                "conditions": {c: _fields(r) for c, r in baseline.conditions.items()},
                "elsewhere": _fields(baseline.elsewhere),
            },
            "levels": {name: _level_to_plain(level) for name, level in result.levels.items()},
        }
    )


def _level_to_plain(level: LevelResult) -> dict[str, Any]:
    return _fields(level) | {
        "effects": level.effects.to_dict(),
        "support": {node: _fields(support) for node, support in level.support.items()},
        "classical": _fields(level.classical),
        "left_out": [_fields(item) for item in level.left_out],
    }


def _outcome_of(plain: Any) -> OutcomeResult:
    found = plain["baseline"]
    baseline = found and Baseline(
        conditions={c: BaselineRisk(**r) for c, r in found["conditions"].items()},
        elsewhere=BaselineRisk(**found["elsewhere"]),
    )
    return OutcomeResult(
        outcome=plain["outcome"],
        measure=plain["measure"],
        baseline=baseline,
        levels={name: _level_of(level) for name, level in plain["levels"].items()},
    )


def _level_of(plain: Any) -> LevelResult:
    median, low, high = plain["tau"]
    return LevelResult(
        effects=GaussianMixture.from_dict(plain["effects"]),
        support={node: _support_of(support) for node, support in plain["support"].items()},
        tau=(median, low, high),
        prior=plain["prior"],
        trials=plain["trials"],
        people=plain["people"],
        classical=Classical(**plain["classical"]),
        left_out=tuple(LeftOut(**item) for item in plain["left_out"]),
        conventions=tuple(plain["conventions"]),
    )


def _support_of(plain: Mapping[str, Any]) -> Support:
    return Support(
        trials=tuple(plain["trials"]),
        people=plain["people"],
        treated=plain["treated"],
        doses=tuple(Decimal(dose) for dose in plain["doses"]),
        conditions=tuple(plain["conditions"]),
        placebo_controlled=plain["placebo_controlled"],
        high_risk=tuple(plain["high_risk"]),
        not_judged=tuple(plain["not_judged"]),
        reconstructed=tuple(plain["reconstructed"]),
        derived=tuple(plain["derived"]),
        small=tuple(plain["small"]),
        doubts=tuple((study, why) for study, why in plain["doubts"]),
        incoherence=plain["incoherence"],
    )
