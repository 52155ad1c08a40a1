"""PostgreSQL as one process of its own: 127.0.0.1 only, with passwords, keeping its data over a restart."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import asyncpg

from deploy.local.databases import execute
from deploy.local.errors import CannotStart, diagnose
from deploy.local.identity import Identity
from deploy.local.ports import HOST, require_free
from deploy.local.postgres_user import home_for, programs_for, remove_home, server_user
from deploy.local.processes import Process, wait_until
from deploy.local.reaper import Reaper

ADMINISTRATOR = "puls"
PATIENCE = 120.0

SETTINGS = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    # an error's detail repeats a row's values, and no log may hold those
    "log_error_verbosity": "terse",
}
NEW_DATA = (
    f"--username={ADMINISTRATOR}",
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--no-sync",
)


class Postgres:
    """Starts, stops and kills the server; its data stay."""

    def __init__(
        self,
        folder: Path,
        *,
        port: int,
        password: str,
        log: Path,
        settings: Mapping[str, str] | None = None,
        reaper: Reaper | None = None,
    ) -> None:
        """`settings` go beside SETTINGS, as in postgresql.conf: tests leave out `fsync`."""
        user = server_user()
        self.port, self.password = port, password
        self._home, self._programs = home_for(folder, user), programs_for(user)
        self.data = self._home / "data"
        chosen = SETTINGS | {"port": str(port)} | dict(settings or {})
        command = [str(self._programs / "postgres"), "-D", str(self.data)]
        command += [part for name, value in chosen.items() for part in ("-c", f"{name}={value}")]
        # SIGINT ends open sessions; SIGTERM would wait for them
        fast = signal.SIGINT
        self.process = Process("postgres", command, log=log, folder=Path("/"), user=user, ends_by=fast, reaper=reaper)

    def url(self, database: str = "postgres") -> str:
        """The administrator's address of a database."""
        return f"postgresql://{ADMINISTRATOR}:{self.password}@{HOST}:{self.port}/{database}"

    def start(self) -> None:
        """It takes requests."""
        self.launch()
        self.process.wait_until(self.answers, patience=PATIENCE)

    def launch(self) -> None:
        """Its process is there, though it may not answer yet."""
        self.process.require_ended()
        require_free(self.port, "PostgreSQL")
        if not self.data.exists():
            self._make_data()
        self._forget_the_dead()
        self.process.start()

    def stop(self) -> None:
        self.process.stop()

    def kill(self) -> None:
        self.process.kill()

    def remove(self) -> None:
        """The data are gone for good; the server must have been stopped."""
        remove_home(self._home)

    def answers(self) -> bool:
        with suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            execute(self.url(), "SELECT 1")
            return True
        return False

    def _make_data(self) -> None:
        """No databases yet; whole or not at all."""
        unfinished = self._home / "unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        user = self.process.user
        with tempfile.NamedTemporaryFile("w", dir=self._home, prefix="password-") as password:
            password.write(self.password)
            password.flush()
            if user is not None:
                os.chown(password.name, user, user)
            made = subprocess.run(
                [str(self._programs / "initdb"), f"--pgdata={unfinished}", f"--pwfile={password.name}", *NEW_DATA],
                user=user,
                group=user,
                extra_groups=None if user is None else [],
                cwd="/",
                capture_output=True,
                text=True,
                check=False,
            )
        if made.returncode:
            raise diagnose("initdb", self._home, made.stdout + made.stderr)
        unfinished.rename(self.data)

    def _forget_the_dead(self) -> None:
        """Removes the pid file of a server that is gone: since a reboot its pid may be another program's.

        What is left of that server must not write to the data beside a new one: it is ended.
        """
        file = self.data / "postmaster.pid"
        if not file.exists():
            return
        pid = int(file.read_text().split()[0])
        if not wait_until(lambda: not self._serves_our_data(pid), patience=5.0):
            raise CannotStart(f"A PostgreSQL of an earlier start still uses {self.data}: end it by `kill -INT {pid}`.")
        if not wait_until(self._no_orphans, patience=5.0):
            raise CannotStart(f"Sessions of a PostgreSQL that is gone still use {self.data} and cannot be ended.")
        file.unlink(missing_ok=True)

    def _no_orphans(self) -> bool:
        """Whether no session is left; those that are there are killed."""
        orphans = [int(place.name) for place in Path("/proc").glob("[0-9]*") if self._serves_our_data(int(place.name))]
        for pid in orphans:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        return not orphans

    def _serves_our_data(self, pid: int) -> bool:
        with suppress(OSError):
            return Identity.of(pid) is not None and Path(f"/proc/{pid}/cwd").resolve(strict=True) == self.data.resolve()
        return False
