"""Programs as processes of their own: each leads a process group, writes to its own log file and ends when told."""

import os
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Self

from deploy.local.trouble import CannotStart, death_of

CLONE = Path(__file__).resolve().parents[2]
PATIENCE = 20.0
"""Seconds that a process has to end by itself before it is killed."""


@dataclass(frozen=True)
class Identity:
    """One process of this machine for good: a pid alone may be somebody else's after a reboot."""

    pid: int
    born: str

    @classmethod
    def of(cls, pid: int) -> Self | None:
        """The living process with this pid; None if there is none, or only a zombie."""
        try:
            state, *fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            return None
        if state in "ZX":
            return None
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        return cls(pid, f"{boot}/{fields[18]}")

    def alive(self) -> bool:
        return Identity.of(self.pid) == self


class Keeper:
    """Ends the processes given to it when this process ends, however it ends (kill -9 too)."""

    def __init__(self) -> None:
        script = Path(__file__).with_name("keeper.py")
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", str(script)], stdin=subprocess.PIPE, text=True, start_new_session=True, cwd="/"
        )

    def _tell(self, verb: str, pid: int) -> None:
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):
            self._process.stdin.write(f"{verb} {pid}\n")
            self._process.stdin.flush()

    def keep(self, pid: int) -> None:
        self._tell("keep", pid)

    def release(self, pid: int) -> None:
        self._tell("release", pid)

    def close(self) -> None:
        """Ends whatever is still kept, then the keeper itself."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()


class Process:
    """A program that is started, ended, killed and started again, always with the same command, settings and log."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        log: Path,
        settings: Mapping[str, str] | None = None,
        folder: Path = CLONE,
        user: int | None = None,
        ends_by: signal.Signals = signal.SIGTERM,
        keeper: Keeper | None = None,
    ) -> None:
        self.name, self.command, self.log = name, list(command), log
        self.settings, self.folder, self.user = dict(settings or {}), folder, user
        self.ends_by, self.keeper = ends_by, keeper
        self.identity: Identity | None = None
        self._child: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Returns as soon as the process is there, which is before it answers."""
        if self.alive():
            raise CannotStart(f"{self.name} is already running (process {self.pid}): stop it first.")
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with open(os.open(self.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as log:
            self._child = self._spawn(log)
        self.identity = Identity.of(self._child.pid) or Identity(self._child.pid, "ended at once")
        if self.keeper:
            self.keeper.keep(self._child.pid)

    def _spawn(self, log: IO[bytes]) -> subprocess.Popen[bytes]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("PULS_")}
        return subprocess.Popen(
            self.command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env=inherited | self.settings,
            cwd=self.folder,
            start_new_session=True,
            user=self.user,
            group=self.user,
            extra_groups=None if self.user is None else [],
        )

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
        """None while it runs, and for an adopted process; minus the signal's number if a signal ended it."""
        return None if self._child is None else self._child.poll()

    def signal(self, number: signal.Signals) -> None:
        """To the whole group; to nobody if it has ended."""
        if self.alive():
            with suppress(ProcessLookupError):
                os.killpg(self.pid, number)

    def stop(self, *, patience: float = PATIENCE) -> None:
        stop_all([self], patience=patience)

    def kill(self) -> None:
        """Kill -9 of it and of all its descendants, and back when the last of them is gone."""
        family = [member for pid in descendants(self.pid) if (member := Identity.of(pid))] if self.alive() else []
        self.signal(signal.SIGKILL)
        for member in family:
            with suppress(ProcessLookupError):
                os.kill(member.pid, signal.SIGKILL)
        wait_until(lambda: not self.alive() and not any(member.alive() for member in family), PATIENCE)
        self._forget()

    def _forget(self) -> None:
        if self.keeper and self.identity:
            self.keeper.release(self.identity.pid)

    def last_lines(self, count: int = 20) -> str:
        if not self.log.exists():
            return ""
        with self.log.open(errors="replace") as lines:
            return "".join(deque(lines, count)).rstrip()

    def death(self) -> CannotStart:
        """The sentence about its end, with the last lines of its log."""
        return death_of(self.name, self.log, self.last_lines())

    def wait_until(self, answers: Callable[[], bool], *, patience: float) -> None:
        """Raises CannotStart if it dies or does not answer within `patience` seconds."""
        if wait_until(lambda: answers() or not self.alive(), patience) and self.alive():
            return
        if not self.alive():
            raise self.death()
        raise CannotStart(f"{self.name} does not answer within {patience:.0f} seconds: see its log {self.log}.")


def stop_all(processes: Iterable[Process], *, patience: float = PATIENCE) -> None:
    """Asks all of them to end, waits, and kills those that have not ended after `patience` seconds."""
    living = [process for process in processes if process.alive()]
    for process in living:
        process.signal(process.ends_by)
        process.signal(signal.SIGCONT)
    wait_until(lambda: not any(process.alive() for process in living), patience)
    for process in living:
        process.kill()


def descendants(pid: int) -> list[int]:
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(FileNotFoundError, ProcessLookupError):
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                children.setdefault(parent, []).append(int(entry.name))
    found, unseen = [], [pid]
    while unseen:
        born = children.get(unseen.pop(), [])
        found += born
        unseen += born
    return found


def wait_until(holds: Callable[[], bool], patience: float) -> bool:
    """Whether it came to hold within `patience` seconds."""
    deadline = time.monotonic() + patience
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True
