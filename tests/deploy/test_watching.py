"""What Prometheus asks for and what Grafana shows is what the services tell."""

import json
import re
import shutil
from importlib import import_module
from pathlib import Path

import pytest
import yaml
from prometheus_client import REGISTRY, Histogram

from deploy.grafana.__main__ import FILE, main
from deploy.grafana.metrics import Metric, UnknownMetric, read
from deploy.local.programs import SERVICES
from tests.deploy.yard import CLONE, environment_of
from tests.house.source import imports, modules

METRICS = {metric.name: metric for metric in read(CLONE)}
PANELS = {panel["title"]: panel for panel in json.loads((CLONE / FILE).read_text(encoding="utf-8"))["panels"]}


def told() -> set[str]:
    """What a process tells of ours that has loaded every module with metrics, by the names of their families."""
    for module in modules("shared", "services"):
        if ("prometheus_client", "Counter") in imports(module.tree):
            import_module(module.path.removesuffix(".py").replace("/", "."))
    return {family.name for family in REGISTRY.collect() if family.name.startswith("puls_")}


def expressions(panel: dict[str, list[dict[str, str]]]) -> str:
    return " ".join(target["expr"] for target in panel["targets"])


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    for folder in ("shared", "services"):
        shutil.copytree(CLONE / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__", "fonts"))
    (tmp_path / FILE).parent.mkdir(parents=True)
    shutil.copy(CLONE / FILE, tmp_path / FILE)
    return tmp_path


def test_every_metric_is_found_where_it_is_defined() -> None:
    assert {name.removesuffix("_total") for name in METRICS} == told()


@pytest.mark.parametrize("name", METRICS)
def test_a_metric_has_a_panel_with_its_sentence(name: str) -> None:
    assert PANELS[name]["description"] == METRICS[name].sentence


@pytest.mark.parametrize("name", METRICS)
def test_a_panel_asks_for_its_metric_by_every_label(name: str) -> None:
    asked = expressions(PANELS[name])
    assert {name, *METRICS[name].labels} - set(re.findall(r"\w+", asked.replace(f"{name}_bucket", name))) == set()


def test_no_two_panels_lie_on_one_another() -> None:
    places = [(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in PANELS.values()]
    assert len(set(places)) == len(METRICS)


def test_the_dashboard_is_what_a_fresh_run_makes() -> None:
    assert main(["verify"]) == 0


def test_a_metric_that_came_since_is_noticed(clone: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with open(clone / "shared/runtime/metrics.py", "a") as file:
        file.write('NEW = Gauge("puls_new", "Something new.")\n')
    assert (main(["verify"], clone), "run `make dashboard`" in capsys.readouterr().err) == (1, True)


def test_a_fresh_run_shows_a_metric_that_came_since(clone: Path) -> None:
    with open(clone / "services/dispatch/throttle.py", "a") as file:
        file.write('NEW = Counter("puls_new_total", "Something new.", ["kind"])\n')
    main(["write"], clone)
    assert '"description": "Something new."' in (clone / FILE).read_text()


def test_a_metric_whose_name_is_put_together_is_refused(clone: Path) -> None:
    with open(clone / "shared/runtime/metrics.py", "a") as file:
        file.write('NEW = Gauge("puls_" + "new", "Something new.")\n')
    with pytest.raises(UnknownMetric, match="expected Gauge"):
        read(clone)


def test_a_histogram_is_read_with_its_labels(tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir()
    text = f'from prometheus_client import {Histogram.__name__}\nA = Histogram("puls_a_seconds", "How long.", ["x"])\n'
    (tmp_path / "shared/a.py").write_text(text)
    assert read(tmp_path) == [Metric("Histogram", "puls_a_seconds", "How long.", ("x",))]


def test_prometheus_asks_every_copy_of_every_service_at_its_inner_door() -> None:
    config = yaml.safe_load((CLONE / "deploy/prometheus/prometheus.yml").read_text(encoding="utf-8"))
    [job] = config["scrape_configs"]
    [found] = job["dns_sd_configs"]
    assert sorted(found["names"]) == sorted(SERVICES)
    assert (found["type"], str(found["port"])) == ("A", environment_of("service")["PULS_INTERNAL_PORT"])
