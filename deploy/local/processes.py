"""Programs as processes of their own: each leads a process group, writes to its own log file and ends when told."""

import os
import signal
import subprocess
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

from deploy.local.errors import CannotStart, diagnose
from deploy.local.folders import CLONE
from deploy.local.identity import Identity, descendants
from deploy.local.reaper import Reaper

PATIENCE = 20.0
"""Seconds that a process has to end by itself before it is killed."""


class Process:
    """A program that is started, ended, killed and started again, always into the same log."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        log: Path,
        folder: Path = CLONE,
        user: int | None = None,
        ends_by: signal.Signals = signal.SIGTERM,
        reaper: Reaper | None = None,
    ) -> None:
        self.name, self.command, self.log = name, list(command), log
        self.folder, self.user, self.ends_by, self.reaper = folder, user, ends_by, reaper
        self.settings: Mapping[str, str] = {}
        self.identity: Identity | None = None
        self._child: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """It is there, though it may not answer yet; the settings are its environment's only PULS_ variables."""
        self.require_ended()
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with open(os.open(self.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as log:
            self._child = self._spawn(log)
        self.identity = Identity.of(self._child.pid) or Identity(self._child.pid, "ended at once")
        if self.reaper:
            self.reaper.register(self._child.pid)

    def _spawn(self, log: IO[bytes]) -> subprocess.Popen[bytes]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("PULS_")}
        return subprocess.Popen(
            self.command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env=inherited | dict(self.settings),
            cwd=self.folder,
            start_new_session=True,
            user=self.user,
            group=self.user,
            extra_groups=None if self.user is None else [],
        )

    def require_ended(self) -> None:
        if self.alive():
            raise CannotStart(f"{self.name} is already running (process {self.pid}): stop it first.")

    def adopt(self, identity: Identity) -> None:
        """Takes over a process that another command started."""
        self.identity = identity

    @property
    def pid(self) -> int:
        if self.identity is None:
            raise CannotStart(f"{self.name} was never started.")
        return self.identity.pid

    def alive(self) -> bool:
        if self._child is not None:
            return self._child.poll() is None
        return self.identity is not None and self.identity.alive()

    @property
    def exit_status(self) -> int | None:
        """None while it runs; minus the signal's number if a signal ended it. Not known of an adopted process."""
        return None if self._child is None else self._child.poll()

    def signal(self, number: signal.Signals) -> None:
        """To its whole group, if it leads one (in the foreground it does not); to nobody if it has ended."""
        if self.alive():
            with suppress(ProcessLookupError):
                leads = os.getpgid(self.pid) == self.pid
                (os.killpg if leads else os.kill)(self.pid, number)

    def stop(self, *, patience: float = PATIENCE) -> None:
        """It has ended: by itself, or killed after `patience` seconds."""
        stop_all([self], patience=patience)

    def kill(self) -> None:
        """Kill -9: it is gone with all its descendants."""
        family = descendants(self.pid) if self.alive() else []
        self.signal(signal.SIGKILL)
        for member in family:
            with suppress(ProcessLookupError):
                os.kill(member.pid, signal.SIGKILL)
        wait_until(lambda: not self.alive() and not any(member.alive() for member in family), PATIENCE)
        if self.reaper and self.identity:
            self.reaper.unregister(self.identity.pid)

    def last_lines(self, count: int = 20) -> str:
        if not self.log.exists():
            return ""
        with self.log.open(errors="replace") as lines:
            return "".join(deque(lines, count)).rstrip()

    def death(self) -> CannotStart:
        """The sentence about its end, with the last lines of its log."""
        return diagnose(self.name, self.log, self.last_lines())

    def wait_until(self, answers: Callable[[], bool], *, patience: float) -> None:
        """Raises CannotStart if it dies, or does not answer within `patience` seconds."""
        answered = wait_until(lambda: answers() or not self.alive(), patience)
        if not self.alive():
            raise self.death()
        if not answered:
            raise CannotStart(f"{self.name} does not answer within {patience:.0f} seconds: see its log {self.log}.")


def stop_all(processes: Iterable[Process], *, patience: float = PATIENCE) -> None:
    """All have ended: by themselves, or killed after `patience` seconds."""
    living = [process for process in processes if process.alive()]
    for process in living:
        process.signal(process.ends_by)
        process.signal(signal.SIGCONT)
    wait_until(lambda: not any(process.alive() for process in living), patience)
    for process in living:
        process.kill()


def wait_until(holds: Callable[[], bool], patience: float, look_every: float = 0.02) -> bool:
    """Whether it came to hold within `patience` seconds."""
    deadline = time.monotonic() + patience
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(look_every)
    return True
