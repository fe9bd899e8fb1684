"""Truth: the trial tables. The release that comes with assuage is what they give today, to the
digits written; and it is whole."""

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from assuage.consult.release import digest_of_inputs, make_release
from assuage.errors import InvalidInput
from assuage.evidence.network import LeftOut
from assuage.knowledge.catalogues import load_catalogues
from assuage.knowledge.releases import (
    CURRENT,
    ReleaseFiles,
    load_release,
    read_release,
    release_files,
    write_release,
)
from assuage.knowledge.trials import load_trials

FOLDER = Path(str(files("assuage_knowledge"))) / "releases" / CURRENT
REMAKE = "the trial tables changed: make the release anew with `make release`"


@pytest.fixture(scope="module")
def fresh() -> ReleaseFiles:
    return release_files(make_release())


def numbers(value: Any, path: str = "") -> dict[str, Any]:
    """All leaves of a JSON value by their path."""
    if isinstance(value, dict):
        return {
            k: v
            for name, child in value.items()
            for k, v in numbers(child, f"{path}/{name}").items()
        }
    if isinstance(value, list):
        return {
            k: v for i, child in enumerate(value) for k, v in numbers(child, f"{path}/{i}").items()
        }
    return {path: value}


def test_the_release_was_made_from_the_tables_of_today():
    assert json.loads((FOLDER / "manifest.json").read_text())["inputs"] == digest_of_inputs(), (
        REMAKE
    )


def test_the_release_is_what_the_tables_give(fresh: ReleaseFiles):
    committed = {str(p.relative_to(FOLDER)) for p in FOLDER.rglob("*.json")}
    assert committed == set(fresh.files)
    for name in sorted(committed - {"manifest.json"}):
        was, now = (
            numbers(json.loads(text)) for text in ((FOLDER / name).read_text(), fresh.files[name])
        )
        # the last of seven digits may differ between machines; tails of a mixture weigh nothing
        same = {
            k: pytest.approx(v, rel=1e-4, abs=1e-7) if isinstance(v, float) else v
            for k, v in was.items()
        }
        assert now == same, f"{name}: {REMAKE}"


def test_the_same_tables_give_the_same_bytes(fresh: ReleaseFiles):
    assert release_files(make_release()).files == fresh.files


def test_a_release_read_back_is_the_one_written(fresh: ReleaseFiles, tmp_path: Path):
    write_release(fresh, tmp_path)
    again = release_files({v: read_release(tmp_path, v) for v in ("all", "without_reconstructed")})
    # weights are scaled to sum to one on reading, so mixtures agree to the digits, not to the byte
    for name in set(fresh.files) - {"manifest.json"}:
        one, other = (numbers(json.loads(f.files[name])) for f in (fresh, again))
        assert other == {
            k: pytest.approx(v, rel=1e-5) if isinstance(v, float) else v for k, v in one.items()
        }


def test_a_changed_file_is_refused_with_what_to_do(fresh: ReleaseFiles, tmp_path: Path):
    write_release(fresh, tmp_path)
    path = tmp_path / "all" / "nausea.json"
    path.write_text(path.read_text().replace("duloxetine", "duloxetin"))
    with pytest.raises(InvalidInput, match=r"nausea\.json: found a file that was changed"):
        read_release(tmp_path)


def test_an_older_file_does_not_survive_in_a_folder_written_anew(
    fresh: ReleaseFiles, tmp_path: Path
):
    stray = tmp_path / "all" / "old.json"
    stray.parent.mkdir()
    stray.write_text("{}")
    write_release(fresh, tmp_path)
    assert not stray.exists()


def test_the_release_is_small_enough_to_review(fresh: ReleaseFiles):
    assert fresh.size < 3_000_000


def test_every_trial_that_reports_an_outcome_is_used_or_named():
    tables = load_trials()
    for variant in ("all", "without_reconstructed"):
        release = load_release(variant)
        for outcome, result in release.outcomes.items():
            reporting = {
                r.study for r in (*tables.arm_results, *tables.contrasts) if r.outcome == outcome
            }
            for level in result.levels.values():
                used = {t for s in level.support.values() for t in s.trials}
                assert reporting <= used | {item.study for item in level.left_out}
                assert all(isinstance(item, LeftOut) and item.reason for item in level.left_out)


def test_every_outcome_of_the_catalogue_is_analysed_or_says_why_not():
    release = load_release()
    named = {n.outcome for n in release.not_analysed}
    assert set(release.outcomes) | named == set(load_catalogues().outcomes)
    assert not set(release.outcomes) & named


def test_without_reconstructed_numbers_no_support_rests_on_them():
    release = load_release("without_reconstructed")
    for result in release.outcomes.values():
        for level in result.levels.values():
            assert not any(s.reconstructed for s in level.support.values())


def test_the_bayesian_and_the_classical_network_agree_where_there_is_much_data():
    # Two engines on the same trials. The release reads counts as counts (no 0.5 in empty cells) and
    # lets drugs lean on their class; with many trials neither may move an effect by half its SD.
    level = load_release().outcomes["pain_relief_50"].levels["drug"]
    mean, sd = level.effects.mean, level.effects.sd
    for drug in ("duloxetine", "pregabalin", "amitriptyline", "gabapentin"):
        i = level.effects.names.index(drug)
        assert level.classical.estimates[drug] == pytest.approx(mean[i], abs=0.5 * sd[i])
