"""deploy/helm: values for Airflow's official chart, held against what is known of its keys, without helm."""

from __future__ import annotations

import importlib.util
import runpy
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from monitor.settings import load

ROOT = Path(__file__).parent.parent
HELM = ROOT / "deploy" / "helm"
KINDS = {"text": str, "switch": bool, "number": int, "list": list, "free": dict}
yaml = pytest.importorskip("yaml")
CHART = tomllib.loads((ROOT / "tests" / "data" / "helm_chart.toml").read_text("utf-8"))


def values(name: str) -> dict[str, Any]:
    return dict(yaml.safe_load((HELM / name).read_text("utf-8")))


def merged(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    """Values of one file over those of another, as `helm -f a -f b` merges them."""
    out = dict(below)
    for key, value in above.items():
        both = isinstance(value, dict) and isinstance(out.get(key), dict)
        out[key] = merged(out[key], value) if both else value
    return out


def leaves(tree: dict[str, Any], known: dict[str, str], before: str = "") -> Iterator[tuple[str, Any]]:
    """Each value with its path; a map whose keys are free is one value."""
    for key, value in tree.items():
        path = f"{before}{key}"
        if isinstance(value, dict) and known.get(path) != "free":
            yield from leaves(value, known, f"{path}.")
        else:
            yield path, value


FILES = sorted(HELM.glob("*.yaml"))
VARIANTS = {
    name: merged(values("values.yaml"), values(f"values-{name}.yaml")) for name in ("kubernetes", "celery")
}


@pytest.mark.parametrize("file", FILES, ids=lambda f: f.name)
def test_every_key_is_one_of_the_chart_s_and_holds_what_it_may(file: Path) -> None:
    known = CHART["keys"]
    for path, value in leaves(values(file.name), known):
        assert path in known, f"{file.name}: the chart has no {path}"
        kind = KINDS[known[path]]
        assert isinstance(value, kind), f"{file.name}: {path} is {known[path]}"
        assert kind is not int or not isinstance(value, bool), path


def test_no_fact_about_the_chart_is_left_over() -> None:
    used = {path for file in FILES for path, _ in leaves(values(file.name), CHART["keys"])}
    assert set(CHART["keys"]) == used


def test_each_variant_runs_its_executor_and_has_what_that_needs() -> None:
    kubernetes, celery = VARIANTS["kubernetes"], VARIANTS["celery"]
    assert (kubernetes["executor"], kubernetes["redis"]["enabled"]) == ("KubernetesExecutor", False)
    assert (celery["executor"], celery["redis"]["enabled"]) == ("CeleryExecutor", True)
    lock = (ROOT / "requirements-server.lock").read_text("utf-8")
    for provider in ("apache-airflow-providers-cncf-kubernetes==", "apache-airflow-providers-celery=="):
        assert f"\n{provider}" in lock, f"{provider} is not in the image"
    for variant in VARIANTS.values():
        assert f"\napache-airflow=={variant['airflowVersion']} " in lock


def test_the_values_fit_the_image() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text("utf-8")
    for variant in VARIANTS.values():
        assert f"USER {variant['uid']}:{variant['gid']}" in dockerfile
        assert f"AIRFLOW_HOME={variant['airflowHome']}" in dockerfile
        assert f"COPY dags {variant['dags']['mountPath']}" in dockerfile
        assert variant["config"]["core"]["dags_folder"] == variant["dags"]["mountPath"]
        assert f" {variant['config']['core']['plugins_folder']}\n" in dockerfile
        # The chart's probes call /entrypoint; its log groomers a script that this image has not.
        assert "/entrypoint" in dockerfile
        for part in ("scheduler", "dagProcessor"):
            assert variant[part]["logGroomerSidecar"]["enabled"] is False
    assert VARIANTS["celery"]["workers"]["logGroomerSidecar"]["enabled"] is False


def test_no_secret_stands_in_the_values() -> None:
    for file in FILES:
        for path, value in leaves(values(file.name), {}):
            assert not path.lower().endswith(("password", "secret", "token")), f"{file.name}: {path}"
            assert "://clusterwatch:" not in str(value), f"{file.name}: {path}"
    for name in ("fernetKeySecretName", "apiSecretKeySecretName", "jwtSecretName"):
        assert VARIANTS["celery"][name], f"{name}: the chart would make another at each upgrade"


def test_our_settings_in_it_are_settings(tmp_path: Path) -> None:
    variant = VARIANTS["celery"]
    files = yaml.safe_load(variant["extraConfigMaps"]["clusterwatch-settings"]["data"])
    (tmp_path / "clusterwatch.toml").write_text(files["clusterwatch.toml"], "utf-8")
    environ = {e["name"]: e["value"] for e in variant["env"] if e["name"] != "CLUSTERWATCH_CONFIG"}
    loaded = load(str(tmp_path / "clusterwatch.toml"), environ)
    assert loaded.settings.subscriptions[0].by == "email"
    mounted = {m["mountPath"] for m in variant["volumeMounts"]}
    config = next(e["value"] for e in variant["env"] if e["name"] == "CLUSTERWATCH_CONFIG")
    assert str(Path(config).parent) in mounted


@pytest.mark.airflow
def test_airflow_s_settings_in_it_are_airflow_s_and_those_of_compose() -> None:
    airflow = importlib.util.find_spec("airflow")
    assert airflow is not None
    home = Path(airflow.origin or "").parent
    sections = yaml.safe_load((home / "config_templates" / "config.yml").read_text("utf-8"))
    celery = runpy.run_path(str(home / "providers" / "celery" / "get_provider_info.py"))
    sections |= celery["get_provider_info"]()["config"]
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))["x-environment"]
    known = {(s, o) for s, body in sections.items() for o in body["options"]}
    known.add(("core", "simple_auth_manager_passwords_file"))
    for section, options in VARIANTS["celery"]["config"].items():
        for option, value in options.items():
            assert (section, option) in known, f"Airflow has no [{section}] {option}"
            if option in ("execution_api_timeout", "task_instance_heartbeat_timeout", "visibility_timeout"):
                assert compose[f"AIRFLOW__{section}__{option}".upper()] == value
