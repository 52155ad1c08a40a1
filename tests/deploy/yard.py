"""The files of the deployment, as trees: what compose would start, and what an image would hold."""

import re
import shutil
from functools import cache
from pathlib import Path
from typing import Any

import yaml

CLONE = Path(__file__).parents[2]
COMPOSE = CLONE / "docker-compose.yml"
DOCKERFILE = CLONE / "deploy" / "Dockerfile"


@cache
def compose() -> dict[str, Any]:
    return yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))


def started() -> dict[str, dict[str, Any]]:
    """Name -> what compose is told of it."""
    return compose()["services"]


def of_our_own() -> dict[str, dict[str, Any]]:
    """Those that run one of our services."""
    return {name: one for name, one in started().items() if one.get("build", {}).get("target") == "service"}


@cache
def stages() -> dict[str, list[str]]:
    """Stage of the Dockerfile -> its orders, beginning with `FROM`."""
    text = re.sub(r"\\\n\s*", "", DOCKERFILE.read_text(encoding="utf-8"))
    orders = [line for line in text.splitlines() if line and not line.startswith("#")]
    found: dict[str, list[str]] = {}
    for order in orders:
        if order.startswith("FROM "):
            found[order.split()[-1]] = []
        list(found.values())[-1].append(order)
    return found


def lay_out(stage: str, service: str, folder: Path) -> None:
    """Copies into the folder what the image's working folder would hold."""
    [base, *orders] = stages()[stage]
    if base.split()[1] in stages():
        lay_out(base.split()[1], service, folder)
    for order in orders:
        if order.startswith("COPY ") and "--from" not in order:
            source, target = order.replace("${SERVICE}", service).split()[1:]
            if not target.startswith("/"):
                shutil.copytree(CLONE / source, folder / target, ignore=shutil.ignore_patterns("__pycache__"))


def environment_of(stage: str) -> dict[str, str]:
    """What `ENV` sets, in the stage and what it stands on."""
    [base, *orders] = stages()[stage]
    below = environment_of(base.split()[1]) if base.split()[1] in stages() else {}
    pairs = [part.split("=", 1) for order in orders if order.startswith("ENV ") for part in order.split()[1:]]
    return below | dict(pairs)
