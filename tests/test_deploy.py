"""docker-compose.yml, the Dockerfile, .env and the set-up: every name that they use exists."""

from __future__ import annotations

import importlib.util
import os
import re
import runpy
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from monitor.settings import ENV_PREFIX, load
from monitor.settings.connections import says_which

ROOT = Path(__file__).parent.parent
ENDED = {"condition": "service_completed_successfully"}
yaml = pytest.importorskip("yaml")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return dict(yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8")))


def made_env(folder: Path, before: str | None = None) -> tuple[dict[str, str], str]:
    """What `make env` writes into a folder that may have an older .env, and what it prints."""
    (folder / "scripts").mkdir(exist_ok=True)
    shutil.copy(ROOT / "scripts" / "make-env", folder / "scripts")
    if before is not None:
        (folder / ".env").write_text(before, "utf-8")
    ran = subprocess.run([folder / "scripts" / "make-env"], check=True, capture_output=True, text=True)
    lines = (folder / ".env").read_text("utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines), ran.stdout + ran.stderr


def test_every_secret_comes_from_the_env_file_that_make_env_writes(tmp_path: Path) -> None:
    values, said = made_env(tmp_path)
    assert made_env(tmp_path)[0] == values, "an existing .env was written over"
    assert (tmp_path / ".env").stat().st_mode & 0o077 == 0
    text = (ROOT / "docker-compose.yml").read_text("utf-8")
    asked = re.findall(r"(?<!\$)\$\{([A-Z_]+)", text)
    mail = {name for name in values if name.startswith("CLUSTERWATCH__ALERTS__EMAIL__")}
    assert set(asked) | {"COMPOSE_PROFILES"} | mail == set(values)
    secrets = [v for v in values.values() if len(v) > 20]
    assert len(set(secrets)) == len(secrets) == 8
    assert not any(secret in said for secret in secrets)
    # A secret that is missing stops the start with a word; none has a value of its own in the file.
    for name, value in values.items():
        if value in secrets:
            assert f"${{{name}:?{name} is missing in .env, make env adds it}}" in text, name
            assert f"${{{name}:-" not in text, name


def test_an_env_file_of_an_older_version_gets_what_it_lacks_and_keeps_what_it_says(tmp_path: Path) -> None:
    older = (
        "POSTGRES_PASSWORD=as it was\nexport LEDGER_PASSWORD = this too\nREDIS_PASSWORD=\nSTARTING_FEEDS=\n"
        'AIRFLOW_JWT_SECRET=""\nAIRFLOW_SECRET_KEY= # none\nAIRFLOW_FERNET_KEY=first\nAIRFLOW_FERNET_KEY=\n'
        "SMTP_HOST=smtp.example.org\nSMTP_PASSWORD=word=1 2\nSMTP_PORT=\nAIRFLOW_PORT=9000"  # without its end
    )
    values, said = made_env(tmp_path, older)
    assert (tmp_path / ".env").read_text("utf-8").startswith(older + "\n")
    added = said.partition(";")[0].partition(":")[2].split()
    assert {"REDIS_PASSWORD", "CLUSTERWATCH_LINKS_SECRET", "MAIL_PORT"} <= set(added)
    assert {"AIRFLOW_JWT_SECRET", "AIRFLOW_SECRET_KEY", "AIRFLOW_FERNET_KEY"} <= set(added), "empty, too"
    assert not {"POSTGRES_PASSWORD", "LEDGER_PASSWORD", "STARTING_FEEDS", "AIRFLOW_PORT"} & set(added)
    assert len(values["REDIS_PASSWORD"]) == 64, "an empty secret is none: Compose takes the last line"
    mail = {
        n.rpartition("__")[2]: v for n, v in values.items() if n.startswith("CLUSTERWATCH__ALERTS__EMAIL__")
    }
    assert mail == {"HOST": "smtp.example.org", "PASSWORD": "word=1 2"}, "it was called otherwise before"
    assert made_env(tmp_path)[1] == ".env is complete and stays as it is\n"


def test_without_mail_in_the_env_file_another_place_may_tell_of_it(
    compose: dict[str, Any], tmp_path: Path
) -> None:
    """A Connection counts only where the environment says nothing of the mail server."""
    values, _ = made_env(tmp_path)
    lines = [line for line in (tmp_path / ".env").read_text("utf-8").splitlines() if "EMAIL" not in line]
    again, said = made_env(tmp_path, "\n".join(lines))
    assert said == ".env is complete and stays as it is\n"
    for env, host in ((values, "mail"), (again, None)):
        # What has no value in the file is set where .env has it, else not at all.
        given = {n: v if v is not None else env.get(n) for n, v in compose["x-environment"].items()}
        environ = {n: str(v) for n, v in given.items() if v is not None}
        assert environ.get("CLUSTERWATCH__ALERTS__EMAIL__HOST") == host
        assert says_which("email", environ) is (host is not None)


def test_our_settings_in_it_are_settings(compose: dict[str, Any], tmp_path: Path) -> None:
    given = {**compose["x-environment"], **compose["services"]["web"]["environment"]}
    from_env, _ = made_env(tmp_path)
    given = {k: from_env.get(k) if v is None else v for k, v in given.items()}
    environ = {k: str(v) for k, v in given.items() if k.startswith(ENV_PREFIX) and v is not None}
    environ = {k: re.sub(r"\$\{\w+:[-?]([^}]*)\}", lambda m: m[1], v) for k, v in environ.items()}
    loaded = load(str(ROOT / "deploy" / "clusterwatch.toml"), environ)
    assert loaded.settings.database.url.get_secret_value().startswith("postgresql+psycopg://")
    assert loaded.settings.alerts.email.port == 1025
    assert loaded.settings.serve.password.get_secret_value(), "the ledger's pages would be open to all"
    # All services sign and read the links in messages with one secret.
    assert compose["x-environment"][f"{ENV_PREFIX}ALERTS__LINKS__SECRET"].startswith(
        "${CLUSTERWATCH_LINKS_SECRET:?"
    )


@pytest.mark.airflow
def test_airflow_s_settings_in_it_are_airflow_s(compose: dict[str, Any]) -> None:
    airflow = importlib.util.find_spec("airflow")
    assert airflow is not None
    home = Path(airflow.origin or "").parent
    celery = runpy.run_path(str(home / "providers" / "celery" / "get_provider_info.py"))
    sections = yaml.safe_load((home / "config_templates" / "config.yml").read_text("utf-8"))
    sections |= celery["get_provider_info"]()["config"]
    known = {
        f"AIRFLOW__{section}__{option}".upper()
        for section, body in sections.items()
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
    for folder in ("DAGS", "PLUGINS"):
        place = compose["x-environment"][f"AIRFLOW__CORE__{folder}_FOLDER"]
        assert re.search(rf"^COPY \S+ {place}$", dockerfile, re.MULTILINE), place
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
        if name not in {"init", "mail", "backup"}:
            assert "healthcheck" in service, f"{name} has no health check"
    # `up --wait` takes the end of a service for its success only where one that runs on waits for that.
    waited = {n for s in services.values() for n, how in s.get("depends_on", {}).items() if how == ENDED}
    assert {n for n, s in services.items() if s.get("restart") == "no"} <= waited


def test_every_service_is_bounded_and_ours_can_change_nothing_but_their_volumes(
    compose: dict[str, Any],
) -> None:
    for name, service in compose["services"].items():
        assert service["mem_limit"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert name in {"init", "backup"} or service["restart"] == "unless-stopped", name
        if service["image"] == "clusterwatch:local":
            assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"]), name
        # What is reached from this machine is not reached from the network.
        assert all(str(port).startswith("127.0.0.1:") for port in service.get("ports", [])), name


def test_celery_comes_by_the_env_file_alone(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert {n for n, s in services.items() if "celery" in s.get("profiles", [])} == {"redis", "worker"}
    assert compose["x-environment"]["AIRFLOW__CORE__EXECUTOR"] == "${AIRFLOW_EXECUTOR:-LocalExecutor}"
    # Docker's compose refuses a service that waits for one of a profile that is not in use.
    for name, service in services.items():
        if name != "worker":
            assert not {"redis", "worker"} & set(service.get("depends_on", {})), name
    assert "container_name" not in services["worker"], "it could not be scaled"


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


def test_what_the_document_on_operating_names_is_there(compose: dict[str, Any], tmp_path: Path) -> None:
    text = (ROOT / "docs" / "operating.md").read_text("utf-8")
    blocks = "\n".join(re.findall(r"^```sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL))
    services = set(compose["services"])
    rows = re.findall(r"^\| ([a-z, -]+) \|", text.partition("## More workers")[0], re.MULTILINE)
    assert {name for row in rows[1:] for name in row.split(", ")} == services
    assert set(re.findall(r"compose run --rm (\S+)", blocks)) <= services
    assert set(re.findall(r"--scale (\w+)=", text)) <= services
    asked = {*made_env(tmp_path)[0], *(n for n, v in compose["x-environment"].items() if v is None)}
    of_helm = set(re.findall(r"--from-literal=([A-Z_]+)=", blocks))
    in_lines = set(re.findall(r"^([A-Z_]+)=", blocks, re.MULTILINE))
    in_words = {w for w in re.findall(r"`([A-Z]+_[A-Z_]+)`", text) if not w.startswith("PG")}
    assert (in_lines | in_words) - of_helm <= asked, "the document names what .env has not"
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for target in set(re.findall(r"`make ([a-z-]+)`", text) + re.findall(r"\bmake ([a-z-]+)", blocks)):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), f"there is no make {target}"
    for script in set(re.findall(r"(?<!exec )(?<!-i )\bdeploy/[\w.-]+", text)):
        assert (ROOT / script).exists(), script
    for variable in of_helm:
        if variable.startswith(ENV_PREFIX):
            load(None, {variable: "postgresql+psycopg://a@b/c"})
