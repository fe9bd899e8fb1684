"""The repository speaks of the product: no machine paths and no package registry hosts in it."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
HOSTS = ["pypi" + ".org", "python" + "hosted", "registry." + "npmjs", "deb." + "debian"]
FORBIDDEN = re.compile("|".join([*map(re.escape, HOSTS), r"/(?:home|work|root|Users)/[a-z]"]))


def tracked() -> list[Path]:
    names = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    return [ROOT / name for name in names.split("\0") if name]


def test_no_tracked_text_names_a_machine_path_or_a_registry():
    found: list[str] = []
    for path in tracked():
        if not path.exists() or path == Path(__file__) or path.suffix in {".png", ".gz"}:
            continue
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), start=1):
            if FORBIDDEN.search(line):
                found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:80]}")
    assert found == []
