"""What a stack remembers over a restart: ports, passwords, keys and which processes run. For its owner only."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from deploy.local.processes import Identity

PRIVATE = 0o600


@dataclass
class State:
    """The remembered part of `stack.json`."""

    clock: str
    topic_prefix: str
    keys: dict[str, str]
    ports: dict[str, int] = field(default_factory=dict)
    passwords: dict[str, str] = field(default_factory=dict)
    processes: dict[str, Identity] = field(default_factory=dict)
    supervisor: Identity | None = None
    """The process that starts again what has ended."""
    restarts: dict[str, int] = field(default_factory=dict)
    """Name of a process -> how often it was started again since the stack was started."""

    @classmethod
    def read(cls, file: Path) -> Self | None:
        """None if there is no such file."""
        if not file.exists():
            return None
        written = json.loads(file.read_text())
        processes = {name: Identity(**identity) for name, identity in written["processes"].items()}
        remembered = {name: written[name] for name in ("clock", "topic_prefix", "keys", "ports", "passwords")}
        supervisor = Identity(**written["supervisor"]) if written.get("supervisor") else None
        return cls(**remembered, processes=processes, supervisor=supervisor, restarts=written.get("restarts", {}))

    def write(self, file: Path, addresses: Mapping[str, Any]) -> None:
        """Whole or not at all, together with the addresses that follow from it, for those who read the file."""
        processes = {name: vars(identity) for name, identity in self.processes.items()}
        supervisor = vars(self.supervisor) if self.supervisor else None
        remembered = {**vars(self), "processes": processes, "supervisor": supervisor}
        text = json.dumps({**addresses, **remembered}, indent=2)
        unfinished = file.with_suffix(".unfinished")
        with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE), "w") as output:
            output.write(text + "\n")
        unfinished.replace(file)
