"""docker-compose.yml, the Dockerfile, .env and the set-up: every name that they use exists."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from monitor.settings import ENV_PREFIX, load

ROOT = Path(__file__).parent.parent
yaml = pytest.importorskip("yaml")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return dict(yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8")))


def test_every_secret_comes_from_the_env_file_that_make_env_writes(tmp_path: Path) -> None:
    (tmp_path / "scripts").mkdir()
    shutil.copy(ROOT / "scripts" / "make-env", tmp_path / "scripts")
    first = subprocess.run([tmp_path / "scripts" / "make-env"], check=True, capture_output=True, text=True)
    written = (tmp_path / ".env").read_text("utf-8")
    subprocess.run([tmp_path / "scripts" / "make-env"], check=True, capture_output=True)
    assert (tmp_path / ".env").read_text("utf-8") == written, "an existing .env was written over"
    assert (tmp_path / ".env").stat().st_mode & 0o077 == 0
    values = dict(line.split("=", 1) for line in written.splitlines())
    asked = re.findall(r"\$\{([A-Z_]+)", (ROOT / "docker-compose.yml").read_text("utf-8"))
    assert set(asked) == set(values)
    secrets = [v for v in values.values() if len(v) > 20]
    assert len(set(secrets)) == len(secrets) == 6
    assert not any(secret in first.stdout + first.stderr for secret in secrets)


def test_our_settings_in_it_are_settings(compose: dict[str, Any]) -> None:
    environ = {k: str(v) for k, v in compose["x-environment"].items() if k.startswith(ENV_PREFIX)}
    environ = {k: re.sub(r"\$\{\w+:[-?]([^}]*)\}", lambda m: m[1], v) for k, v in environ.items()}
    loaded = load(str(ROOT / "deploy" / "clusterwatch.toml"), environ)
    assert loaded.settings.database.url.get_secret_value().startswith("postgresql+psycopg://")
    assert loaded.settings.alerts.email.port == 1025
    # All services sign and read the links in messages with one secret.
    assert compose["x-environment"][f"{ENV_PREFIX}ALERTS__LINKS__SECRET"].startswith(
        "${CLUSTERWATCH_LINKS_SECRET:?"
    )


@pytest.mark.airflow
def test_airflow_s_settings_in_it_are_airflow_s(compose: dict[str, Any]) -> None:
    airflow = importlib.util.find_spec("airflow")
    assert airflow is not None
    text = (Path(airflow.origin or "").parent / "config_templates" / "config.yml").read_text("utf-8")
    known = {
        f"AIRFLOW__{section}__{option}".upper()
        for section, body in yaml.safe_load(text).items()
        for option in body["options"]
    } | {"AIRFLOW_HOME", "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE"}
    used = {name for name in compose["x-environment"] if name.startswith("AIRFLOW")}
    assert used - known == set()


def test_what_the_services_need_is_in_the_image(compose: dict[str, Any]) -> None:
    dockerfile = (ROOT / "Dockerfile").read_text("utf-8")
    allowed = (ROOT / ".dockerignore").read_text("utf-8")
    for source in re.findall(r"^COPY (?!--from)(.+) \S+$", dockerfile, re.MULTILINE):
        for name in source.split():
            assert (ROOT / name).exists(), name
            assert f"!{name.split('/')[0]}\n" in allowed, f"{name} is kept out by .dockerignore"
    assert re.search(r"^USER (?!root)", dockerfile, re.MULTILINE)
    for name, service in compose["services"].items():
        words = [*service.get("command", []), *service.get("healthcheck", {}).get("test", [])]
        for word in words:
            if str(word).startswith("/opt/clusterwatch/deploy/"):
                assert (ROOT / "deploy" / Path(word).name).is_file(), f"{name}: {word}"
                assert Path(word).name in dockerfile


def test_a_service_waits_for_services_that_there_are(compose: dict[str, Any]) -> None:
    services = compose["services"]
    for name, service in services.items():
        for other, how in service.get("depends_on", {}).items():
            assert other in services, name
            assert how["condition"] != "service_healthy" or "healthcheck" in services[other], name
        if name not in {"init", "mail"}:
            assert "healthcheck" in service, f"{name} has no health check"


def test_a_python_that_was_asked_for_and_does_not_run_is_named(tmp_path: Path) -> None:
    (tmp_path / "scripts").mkdir()
    shutil.copy(ROOT / "scripts" / "setup", tmp_path / "scripts")
    done = subprocess.run(
        ["sh", "scripts/setup", "product"],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "PYTHON": "python3.99"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "PYTHON=python3.99 is no Python 3.11 or later" in done.stderr
    assert not (tmp_path / ".venv").exists()
