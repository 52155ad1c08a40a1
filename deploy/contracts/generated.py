"""Every file below contracts/ that is made and not written: its path and what a fresh run puts there."""

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path

import yaml

from deploy.contracts import asyncapi, routes, schemas, topics_page
from shared.events.topics import EVENT_OF


def files(clone: Path) -> Mapping[str, str]:
    """Path in the clone -> text. The same clone gives the same text."""
    version = tomllib.loads((clone / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    made = {f"contracts/events/{kind}.json": _json(schemas.of(event)) for kind, event in sorted(EVENT_OF.items())}
    made["contracts/asyncapi.yaml"] = _yaml(asyncapi.document(version, routes.read(clone)))
    made["contracts/topics.md"] = topics_page.page(routes.consumers(clone))
    return made


def _json(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def _yaml(value: object) -> str:
    head = "# Made by `make contracts` from shared/events and from the services' wiring; not to be edited.\n"
    return head + yaml.safe_dump(value, sort_keys=False, allow_unicode=True, width=110)
