"""How long Airflow's DAG processor spends on each of our DAG files, once Airflow itself is loaded.

The processor reads every file again and again in a fresh child, so what a file imports is paid each time.
Wanted: under one second a file.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
from pathlib import Path

DAGS = Path(__file__).parent.parent / "dags"
CHILD = """
import runpy, sys, time
import airflow.sdk, airflow.providers.standard.operators.empty, airflow.providers.standard.decorators.python
sys.path.insert(0, sys.argv[2])
begin = time.perf_counter()
runpy.run_path(sys.argv[1])
print(time.perf_counter() - begin)
"""
ROUNDS = 5


def main() -> None:
    for file in sorted(DAGS.glob("*.py")):
        if file.name.startswith("clusterwatch_"):  # what they share; no DAG of its own
            continue
        seconds = []
        for _ in range(ROUNDS):
            child = subprocess.run(
                [sys.executable, "-c", CHILD, file, DAGS], check=True, capture_output=True, text=True
            )
            seconds.append(float(child.stdout.splitlines()[-1]))
        print(f"{file.name}: median {statistics.median(seconds):.2f} s, worst {max(seconds):.2f} s")


if __name__ == "__main__":
    main()
