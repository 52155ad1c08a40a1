"""`make up`, `make down`, `make run` and what they say."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local.folders import CLONE
from deploy.local.identity import Identity
from deploy.local.ports import free_ports, is_free
from deploy.local.processes import wait_until
from deploy.local.stack import Stack


class Background:
    """The command line over a folder of the test's own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.first_port = next(port for port in free_ports() if all(is_free(port + more) for more in range(20)))

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "deploy.local", "--folder", str(self.folder), *arguments]

    def __call__(self, *arguments: str) -> str:
        """What it printed; a refusal's sentence is the whole of it."""
        done = subprocess.run(self.command(*arguments), cwd=CLONE, capture_output=True, text=True, check=False)
        assert not done.stderr or done.returncode == 1
        return done.stdout + done.stderr

    def up(self) -> str:
        return self("up", "person_register", "--ports", str(self.first_port))

    def published(self) -> dict[str, dict[str, dict[str, str | int]]]:
        return json.loads((self.folder.parent / "stack.json").read_text())

    def said(self) -> str:
        """By the supervisor, since the first `up`."""
        return (self.folder / "log" / "supervisor.log").read_text()

    def until_it_says(self, line: str) -> None:
        assert wait_until(lambda: line in self.said(), 30), self.said()

    def supervisor(self) -> Identity:
        written = self.published()["supervisor"]
        return Identity(int(str(written["pid"])), str(written["born"]))

    def process(self, name: str) -> Identity:
        written = self.published()["processes"][name]
        return Identity(int(written["pid"]), str(written["born"]))


@pytest.fixture
def background(tmp_path: Path) -> Iterator[Background]:
    background = Background(tmp_path / "up")
    yield background
    background("down")
    Stack(background.folder).remove()


def test_it_stays_up_until_it_is_taken_down(background: Background) -> None:
    assert "The stack is up" in background.up()
    processes = [background.process(name) for name in ("kafka", "postgres", "valkey", "person_register")]
    assert all(process.alive() for process in processes)
    assert "already running (kafka, postgres, valkey, person_register): `make down` ends it" in background.up()
    assert "person_register  runs" in background("status")
    supervisor = background.supervisor()
    assert "The stack is down; its data stay" in background("down")
    assert not any(process.alive() for process in (*processes, supervisor))
    assert not (background.folder.parent / "stack.json").exists()


def test_its_addresses_and_keys_are_for_its_owner_and_the_same_the_next_time(background: Background) -> None:
    assert "The stack is up" in background.up()
    assert (background.folder.parent / "stack.json").stat().st_mode & 0o777 == 0o600
    before = background.published()
    background("down")
    assert "The stack is up" in background("up", "person_register")
    after = background.published()
    assert {name for name in before if before[name] != after[name]} == {"processes", "supervisor"}


def test_one_program_runs_in_the_foreground_in_place_of_its_copy(background: Background) -> None:
    background.up()
    copy = background.process("person_register")
    with subprocess.Popen(background.command("run", "person_register"), cwd=CLONE) as foreground:
        command = Path(f"/proc/{foreground.pid}/cmdline")
        assert wait_until(lambda: b"deploy.sandbox.person_register" in command.read_bytes(), 20)
        assert not copy.alive()
        foreground.send_signal(signal.SIGINT)
        assert foreground.wait(20) is not None
        assert wait_until(lambda: background.process("person_register").pid != foreground.pid, 20)
        assert background.process("kafka").alive()


def test_of_each_service_so_many_copies_run_as_were_asked_for(background: Background) -> None:
    background("up", "karens", "person_register", "--copies", "2", "--ports", str(background.first_port))
    assert background.published()["processes"].keys() == {
        *("kafka", "postgres", "valkey", "karens", "karens:2", "person_register")
    }
    assert background.process("karens").alive()
    assert background.process("karens:2").alive()


def test_what_is_killed_is_started_again_and_it_is_said_how_often(background: Background) -> None:
    background.up()
    names = ("person_register", "valkey", "postgres", "kafka")
    killed = {name: background.process(name) for name in names}
    for process in killed.values():
        os.kill(process.pid, signal.SIGKILL)
    for name in names:
        background.until_it_says(f"{name} has ended: started again after 0.1 s, once so far")
        assert background.process(name).pid != killed[name].pid
        assert re.search(rf"^{name} +runs, started again once$", background("status"), re.MULTILINE)
    os.kill(background.process("person_register").pid, signal.SIGKILL)
    background.until_it_says("person_register was ended by SIGKILL: started again after 0.")
    assert background.said().endswith("s, 2 times so far\n")


def test_a_supervisor_that_was_killed_is_started_again_by_up(background: Background) -> None:
    background.up()
    os.kill(background.supervisor().pid, signal.SIGKILL)
    assert wait_until(lambda: not background.supervisor().alive(), 20)
    assert "Nothing that ends is started again, for the supervisor has ended" in background("status")
    os.kill(background.process("person_register").pid, signal.SIGKILL)
    assert wait_until(lambda: not background.process("person_register").alive(), 20)
    assert "but for person_register: started again" in background("up", "person_register")
    assert background.supervisor().alive()
    assert background.process("person_register").alive()


def test_ports_that_do_not_exist_are_refused(background: Background) -> None:
    refused = background("up", "person_register", "--ports", "70000")
    assert refused == "70000 cannot be the first of the stack's ports: expected one from 1024 to 65000.\n"


def test_nothing_is_left_when_one_program_cannot_start(background: Background) -> None:
    assert "There is no service called 'nobody'" in background("up", "nobody", "--ports", str(background.first_port))
    assert not (background.folder.parent / "stack.json").exists()
    assert background("status") == "No stack is up: start one by `make up`.\n"


def test_without_a_stack_there_is_nothing_to_run_or_to_take_down(background: Background) -> None:
    assert background("run", "karens") == "No stack is up: start one by `make up`.\n"
    assert background("down") == "No stack is up: start one by `make up`.\n"
