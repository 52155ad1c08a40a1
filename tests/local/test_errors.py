"""What is in the way is said in one sentence that tells what to do."""

import os
import shutil
import socket
import subprocess
from pathlib import Path

import pytest

from deploy.local.errors import CannotStart, diagnose, exit_with_one_line, require_space
from deploy.local.folders import CLONE
from deploy.local.kafka import java
from deploy.local.stack import Stack

TOOLS = ("bash", "cat", "dirname", "env", "flock", "head", "mkdir", "rm", "sed", "sha256sum", "touch")


class Machine:
    """A fresh clone on a machine on which only what a test installs can be found."""

    def __init__(self, place: Path) -> None:
        self.clone, self.programs = place / "clone", place / "programs"
        (self.clone / "deploy" / "local").mkdir(parents=True)
        self.programs.mkdir()
        for file in ("prepare", "pom.xml"):
            shutil.copy(CLONE / "deploy" / "local" / file, self.clone / "deploy" / "local" / file)
        (self.clone / "requirements.lock").write_text("")
        for tool in TOOLS:
            (self.programs / tool).symlink_to(str(shutil.which(tool)))

    def install(self, name: str, answer: str) -> None:
        program = self.programs / name
        program.write_text(f"#!/usr/bin/env bash\n{answer}\n")
        program.chmod(0o755)

    def prepare(self, part: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.clone / "deploy" / "local" / "prepare", part],
            env={"PATH": str(self.programs), "HOME": os.environ.get("HOME", "/")},
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def refuses(machine: Machine, part: str, sentence: str) -> None:
    tried = machine.prepare(part)
    assert tried.returncode == 1
    assert sentence in tried.stderr
    assert tried.stderr.count("\n") == 1


def test_no_python(machine: Machine) -> None:
    refuses(machine, "venv", "Python is missing: install Python 3.11 or later with venv")


def test_an_old_python(machine: Machine) -> None:
    machine.install("python3", '[ "$1" = --version ] && echo Python 3.9.2; exit 1')
    refuses(machine, "venv", "Python 3.9.2 is too old: install Python 3.11 or later")


def test_a_python_without_venv(machine: Machine) -> None:
    machine.install("python3", 'case "$2" in *venv*) exit 1 ;; esac')
    refuses(machine, "venv", "Python's venv module is missing: install it (Debian: apt-get install python3-venv)")


def test_no_java(machine: Machine) -> None:
    refuses(machine, "jars", "Java is missing: install Java 17 or later")


def test_an_old_java(machine: Machine) -> None:
    machine.install("java", """echo 'openjdk version "11.0.2" 2019-01-15' >&2""")
    refuses(machine, "jars", "Java 11 is too old: install Java 17 or later")


def test_no_maven(machine: Machine) -> None:
    machine.install("java", """echo 'openjdk version "17.0.15" 2025-04-15' >&2""")
    refuses(machine, "jars", "Maven is missing: install it (Debian: apt-get install maven)")


def test_no_chromium_and_no_right_to_install_it(machine: Machine) -> None:
    machine.install("id", "echo 1000")
    refuses(machine, "chromium", "The browser tests need Chromium: install it as root")


def test_a_half_made_venv_is_made_anew(machine: Machine) -> None:
    machine.programs.joinpath("python3").symlink_to(CLONE / ".venv" / "bin" / "python")
    venv = machine.clone / ".venv"
    (venv / "bin").mkdir(parents=True)
    (venv / "unfinished").touch()
    (venv / "bin" / "python").write_text("half of it")
    made = machine.prepare("venv")
    assert made.returncode == 0, made.stderr
    assert not (venv / "unfinished").exists()
    assert subprocess.run([venv / "bin" / "python", "-m", "pip", "--version"], check=False).returncode == 0


def test_a_venv_of_the_present_lock_is_left_alone(machine: Machine) -> None:
    machine.programs.joinpath("python3").symlink_to(CLONE / ".venv" / "bin" / "python")
    machine.prepare("venv")
    again = machine.prepare("venv")
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")


def test_a_venv_of_another_lock_is_brought_up_to_date(machine: Machine) -> None:
    machine.programs.joinpath("python3").symlink_to(CLONE / ".venv" / "bin" / "python")
    machine.prepare("venv")
    (machine.clone / "requirements.lock").write_text("# changed\n")
    assert "Installing the Python packages" in machine.prepare("venv").stdout


def test_java_that_went_away_since(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(CannotStart, match="Java is missing: install Java 17 or later"):
        java()


def test_a_taken_port(stack: Stack) -> None:
    with socket.create_server(("127.0.0.1", stack.addresses.port("valkey"))) as taker:
        taken = f"Port {taker.getsockname()[1]} for Valkey is taken by another process: end that one"
        with pytest.raises(CannotStart, match=taken):
            stack.start_servers("valkey")


def test_a_disk_without_room(tmp_path: Path) -> None:
    with pytest.raises(CannotStart, match=r"has .* GiB free and the stack needs 1048576\.0: make room"):
        require_space(tmp_path, needed=1024**5)


def test_a_disk_that_fills_up_meanwhile() -> None:
    with pytest.raises(SystemExit, match=r"The disk is full .*: make room and start again"), exit_with_one_line():
        Path("/dev/full").write_text("one byte too many")


@pytest.mark.parametrize(
    ("last_line", "sentence"),
    [
        ("java.io.IOException: No space left on device", "The disk is full, so kafka ended: make room"),
        ("java.net.BindException: Address already in use", "A port of kafka is taken by another process"),
        ("There is insufficient memory for the Java Runtime", "There is too little memory for kafka"),
        ("something unheard of", "kafka ended; its log /log/kafka.log closes with:\nsomething unheard of"),
    ],
)
def test_a_death_is_explained_by_the_end_of_the_log(last_line: str, sentence: str) -> None:
    assert sentence in str(diagnose("kafka", Path("/log/kafka.log"), last_line))
