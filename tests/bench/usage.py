"""What processes take, as the kernel counts it: CPU seconds, and the most memory at any moment."""

import os
import re
import threading
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.bench.figures import Used

TICKS = os.sysconf("SC_CLK_TCK")
LOOK_EVERY = 0.5
"""Seconds between looks at PostgreSQL's memory."""
BACKEND = re.compile(r"postgres: puls_(\w+) ")
OWN, OWN_AND_OF_ENDED_CHILDREN = slice(11, 13), slice(11, 15)
AWAY = (FileNotFoundError, ProcessLookupError)


class Meter:
    """Between its beginning and its end. Use with `with`, then read `used`.

    The most memory is the kernel's own high-water mark. PostgreSQL is one process a connection, so its CPU is told by
    database, and its memory as a whole: what each has alone, and what they share counted once.
    """

    def __init__(self, processes: Mapping[str, int], postgres: int | None = None) -> None:
        """Name -> pid; all of them living until the end."""
        self._processes = processes
        self._postgres = postgres
        self._ended = threading.Event()
        self._looking = threading.Thread(target=self._look)
        self._most = 0.0
        self.used: Sequence[Used] = ()
        self.elsewhere = 0.0
        """CPU seconds that all other programs of this machine took meanwhile."""

    def __enter__(self) -> Self:
        for pid in self._processes.values():
            _forget_peak(pid)
        self._before, self._whole = self._seconds(), _machine_seconds()
        self._looking.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._ended.set()
        self._looking.join()
        taken = {name: seconds - self._before.get(name, 0.0) for name, seconds in self._seconds().items()}
        self.elsewhere = max(0.0, _machine_seconds() - self._whole - sum(taken.values()))
        self.used = [Used(name, seconds, self._peak(name)) for name, seconds in taken.items()]

    def _seconds(self) -> dict[str, float]:
        found = {name: cpu_seconds(pid) for name, pid in self._processes.items()}
        return found | (_postgres_seconds(self._postgres) if self._postgres else {})

    def _peak(self, name: str) -> float:
        if name in self._processes:
            return _memory(self._processes[name]).get("VmHWM", 0.0)
        return self._most if name == "PostgreSQL" else 0.0

    def _look(self) -> None:
        while self._postgres and not self._ended.wait(LOOK_EVERY):
            each = [_memory(pid) for pid in [self._postgres, *_children(self._postgres)]]
            shared = max(one.get("RssShmem", 0.0) for one in each)
            self._most = max(self._most, shared + sum(one.get("RssAnon", 0.0) for one in each))


def cpu_seconds(pid: int, times: slice = OWN) -> float:
    """User and system time, as the fields of /proc/<pid>/stat have them."""
    with suppress(*AWAY):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return sum(int(ticks) for ticks in fields[times]) / TICKS
    return 0.0


def _postgres_seconds(server: int) -> dict[str, float]:
    """By database; what serves all of them, and whoever has ended, as the server's own."""
    found = defaultdict[str, float](float, {"PostgreSQL": cpu_seconds(server, OWN_AND_OF_ENDED_CHILDREN)})
    for pid in _children(server):
        found[_whose(pid)] += cpu_seconds(pid)
    return dict(found)


def _whose(pid: int) -> str:
    with suppress(*AWAY):
        backend = BACKEND.match(Path(f"/proc/{pid}/cmdline").read_text())
        return f"PostgreSQL for {backend[1]}" if backend else "PostgreSQL"
    return "PostgreSQL"


def _children(pid: int) -> list[int]:
    with suppress(*AWAY):
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []


def _memory(pid: int) -> dict[str, float]:
    """In MB of 1,048,576 bytes."""
    with suppress(*AWAY):
        lines = (line.split() for line in Path(f"/proc/{pid}/status").read_text().splitlines())
        return {words[0].rstrip(":"): int(words[1]) / 1024 for words in lines if words[-1:] == ["kB"]}
    return {}


def _forget_peak(pid: int) -> None:
    """From here on the high-water mark is that of what comes."""
    Path(f"/proc/{pid}/clear_refs").write_text("5")


def _machine_seconds() -> float:
    """CPU seconds that this machine has worked since it was started."""
    ticks = [int(field) for field in Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
    idle = ticks[3] + ticks[4]
    return (sum(ticks) - idle) / TICKS
