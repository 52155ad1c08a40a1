"""The dashboard as Grafana reads it: a panel for each figure, with the figure's sentence as its description."""

import json
from collections.abc import Sequence
from typing import Any

from deploy.grafana.metrics import Kind, Metric

SOURCE = {"type": "prometheus", "uid": "${source}"}
COLUMNS = 2
WIDTH, HEIGHT = 24 // COLUMNS, 8
"""In Grafana's grid, which is 24 wide."""

FIRST: Sequence[Kind] = ("Gauge", "Counter", "Histogram")
"""What says that something stands still comes before what says how fast it goes."""


def text(metrics: Sequence[Metric]) -> str:
    """The same metrics give the same text."""
    return json.dumps(_dashboard(metrics), indent=2, ensure_ascii=False) + "\n"


def _dashboard(metrics: Sequence[Metric]) -> dict[str, Any]:
    ordered = sorted(metrics, key=lambda metric: FIRST.index(metric.kind))
    return {
        "uid": "puls",
        "title": "Puls",
        "description": "Made by `make dashboard` from the services' metrics; not to be edited.",
        "tags": ["puls"],
        "schemaVersion": 39,
        "timezone": "Europe/Copenhagen",
        "editable": False,
        "refresh": "30s",
        "time": {"from": "now-6h", "to": "now"},
        "templating": {"list": [_source(), _services()]},
        "panels": [_panel(number, metric) for number, metric in enumerate(ordered)],
    }


def _source() -> dict[str, Any]:
    return {"name": "source", "label": "Prometheus", "type": "datasource", "query": "prometheus"}


def _services() -> dict[str, Any]:
    return {
        "name": "service",
        "label": "Service",
        "type": "query",
        "datasource": SOURCE,
        "query": "label_values(puls_halted, service)",
        "refresh": 2,
        "multi": True,
        "includeAll": True,
        "current": {"text": "All", "value": "$__all"},
    }


def _panel(number: int, metric: Metric) -> dict[str, Any]:
    place = {"x": number % COLUMNS * WIDTH, "y": number // COLUMNS * HEIGHT, "w": WIDTH, "h": HEIGHT}
    return {
        "id": number + 1,
        "type": "timeseries",
        "title": metric.name,
        "description": metric.sentence,
        "datasource": SOURCE,
        "gridPos": place,
        "fieldConfig": {"defaults": {"unit": _unit(metric), "min": 0}, "overrides": []},
        "options": {"legend": {"displayMode": "list", "placement": "bottom"}, "tooltip": {"mode": "multi"}},
        "targets": _targets(metric),
    }


def _unit(metric: Metric) -> str:
    """In Grafana's own names: seconds, so many a second, or a plain number."""
    return {"Histogram": "s", "Counter": "cps", "Gauge": "short"}[metric.kind]


def _targets(metric: Metric) -> list[dict[str, Any]]:
    by = ("service", *metric.labels)
    rate = f'rate({metric.name}{{service=~"$service"}}[$__rate_interval])'
    legend = " ".join(f"{{{{{label}}}}}" for label in by)
    match metric.kind:
        case "Gauge":
            return [_target("A", f'max by ({", ".join(by)}) ({metric.name}{{service=~"$service"}})', legend)]
        case "Counter":
            return [_target("A", f"sum by ({', '.join(by)}) ({rate})", legend)]
        case "Histogram":
            buckets = rate.replace(metric.name, f"{metric.name}_bucket")
            total = f"sum by ({', '.join(('le', *by))}) ({buckets})"
            return [
                _target("A", f"histogram_quantile(0.5, {total})", f"{legend} half are faster"),
                _target("B", f"histogram_quantile(0.95, {total})", f"{legend} 95 % are faster"),
            ]


def _target(name: str, expression: str, legend: str) -> dict[str, Any]:
    return {"refId": name, "datasource": SOURCE, "expr": expression, "legendFormat": legend}
