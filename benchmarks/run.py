"""Run every benchmark, one after the other: `make bench`."""

import subprocess
import sys
from pathlib import Path

for script in sorted(Path(__file__).parent.glob("*.py")):
    if script.name != Path(__file__).name:
        print(f"\n== {script.name}", flush=True)  # noqa: T201
        subprocess.run([sys.executable, str(script)], check=True)
