"""Run every benchmark, one after the other: `make bench`."""

import subprocess
import sys
from pathlib import Path

for script in sorted(Path(__file__).parent.glob("*.py")):
    if script.name != Path(__file__).name:
        print(f"\n== {script.name}", flush=True)  # noqa: T201
        module = f"benchmarks.{script.stem}"
        subprocess.run([sys.executable, "-m", module], check=True, cwd=script.parents[1])
