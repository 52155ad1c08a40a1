"""Starts again what has ended, as `restart: unless-stopped` does in compose, with a growing pause, and says so."""

import asyncio
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from deploy.local.errors import CannotStart
from deploy.local.identity import Identity
from deploy.local.processes import Process
from deploy.local.stack import Stack

FIRST_PAUSE, LONGEST_PAUSE = 0.1, 60.0
"""Seconds before a process is started again; twice as long each time."""
LIVED_A_WHILE = 30.0
"""Seconds after which the pause of a process begins anew: longer than a busy machine needs to find that it cannot."""
LOOK_EVERY = 0.2
PATIENCE = 20.0
"""Seconds that the supervisor's own process has to come up."""


@dataclass
class _Life:
    """The present life of one process, as far as the supervisor has seen it."""

    began: float
    quick_ends: int = 0
    """In a row: each life before this one was shorter than a while."""
    start_at: float | None = None
    """It has ended and is started again at this moment of the monotonic clock."""

    @property
    def pause(self) -> float:
        return min(FIRST_PAUSE * 2**self.quick_ends, LONGEST_PAUSE)


class Supervisor:
    """Looks after the processes that the stack remembers: those that were started and not stopped."""

    def __init__(self, stack: Stack, say: Callable[[str], None], give_up_after: int | None = None) -> None:
        """After `give_up_after` ends in a row, none after a while of life, `look` raises; else it goes on for ever."""
        self._stack, self._say, self._give_up_after = stack, say, give_up_after
        self._lives: dict[str, _Life] = {}
        self._said: dict[str, str] = {}

    def look(self) -> None:
        """What has ended is started again once its pause is over. Raises CannotStart where it gives up."""
        now = time.monotonic()
        for name, identity in list(self._stack.state.processes.items()):
            life = self._lives.setdefault(name, _Life(now))
            if life.start_at is None and not identity.alive():
                self._note_end(name, life, now)
            if life.start_at is not None and now >= life.start_at:
                self._start_again(name, life)

    def _note_end(self, name: str, life: _Life, now: float) -> None:
        if now - life.began > LIVED_A_WHILE:
            life.quick_ends = 0
        if self._give_up_after is not None and life.quick_ends >= self._give_up_after:
            raise self._stack.process(name).death()
        life.start_at = now + life.pause

    def _start_again(self, name: str, life: _Life) -> None:
        how = _how_it_ended(self._stack.process(name).exit_status)
        pause, restarts = life.pause, self._stack.state.restarts
        life.began, life.start_at, life.quick_ends = time.monotonic(), None, life.quick_ends + 1
        try:
            restarts[name] = restarts.get(name, 0) + 1
            self._stack.launch(name)
        except (CannotStart, OSError) as error:
            self._say_once(name, f"{name} {how} and cannot be started again yet: {error}")
            return
        self._said.pop(name, None)
        self._say(f"{name} {how}: started again after {pause:.1f} s, {times(restarts[name])} so far")

    def _say_once(self, name: str, text: str) -> None:
        if self._said.get(name) != text:
            self._say(text)
        self._said[name] = text

    async def run(self) -> None:
        """Looks until it is cancelled."""
        while True:
            await asyncio.to_thread(self.look)
            await asyncio.sleep(LOOK_EVERY)


def times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _how_it_ended(status: int | None) -> str:
    """The status is not known of a process that another command started."""
    if status is None:
        return "has ended"
    if status < 0:
        return f"was ended by {signal.Signals(-status).name}"
    return f"ended with status {status}"


def run_in_foreground(stack: Stack) -> None:
    """The supervisor's own process, until SIGTERM; its lines go to its log."""
    told_to_end = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: told_to_end.set())
    stack.state.supervisor = Identity.of(os.getpid())
    stack.write()
    supervisor = Supervisor(stack, lambda line: print(time.strftime("%Y-%m-%dT%H:%M:%S"), line, flush=True))
    while not told_to_end.wait(LOOK_EVERY):
        supervisor.look()


def start(stack: Stack) -> None:
    """A supervisor runs in the background from here on; until it is stopped nobody else writes the stack's file."""
    command = [sys.executable, "-m", "deploy.local", "--folder", str(stack.folder), "supervise"]
    process = Process("supervisor", command, log=stack.folder / "log" / "supervisor.log")
    process.start()
    process.wait_until(lambda: _is_ours(stack, process.identity), patience=PATIENCE)


def _is_ours(stack: Stack, identity: Identity | None) -> bool:
    stack.reload()
    return stack.state.supervisor == identity


def is_running(stack: Stack) -> bool:
    return stack.state.supervisor is not None and stack.state.supervisor.alive()


def stop(stack: Stack) -> None:
    """No supervisor runs any more, and the stack's file is ours to read and to write."""
    if stack.state.supervisor is not None:
        process = Process("supervisor", [], log=stack.folder / "log" / "supervisor.log")
        process.adopt(stack.state.supervisor)
        process.stop()
    stack.reload()
