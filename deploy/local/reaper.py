"""Ends the processes of a stack when the process that opened it is gone, however it went (kill -9 too).

The kernel's own parent-death signal would not do: it follows the thread that started a process, and is lost when the
process changes its user. So a process of its own listens on a pipe, which closes with whoever holds its other end.
"""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress

from deploy.local.folders import CLONE
from deploy.local.identity import Identity

PATIENCE = 10.0
"""Seconds that the processes left over have to end by themselves."""


class Reaper:
    """The end of the pipe that the stack holds."""

    def __init__(self) -> None:
        command = [sys.executable, "-S", "-m", "deploy.local.reaper"]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, text=True, start_new_session=True, cwd=CLONE)

    def register(self, pid: int) -> None:
        self._send("register", pid)

    def unregister(self, pid: int) -> None:
        self._send("unregister", pid)

    def close(self) -> None:
        """Whatever is still registered has ended."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()

    def _send(self, verb: str, pid: int) -> None:
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):
            self._process.stdin.write(f"{verb} {pid}\n")
            self._process.stdin.flush()


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    registered: dict[int, Identity | None] = {}
    for line in sys.stdin:
        verb, pid = line.split()
        if verb == "register":
            registered[int(pid)] = Identity.of(int(pid))
        else:
            registered.pop(int(pid), None)
    _end([process for process in registered.values() if process])


def _end(processes: list[Identity]) -> None:
    _signal(processes, signal.SIGCONT)
    _signal(processes, signal.SIGTERM)
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and any(process.alive() for process in processes):
        time.sleep(0.05)
    _signal(processes, signal.SIGKILL)


def _signal(processes: list[Identity], number: signal.Signals) -> None:
    for process in processes:
        if process.alive():
            with suppress(ProcessLookupError):
                os.killpg(process.pid, number)


if __name__ == "__main__":
    main()
