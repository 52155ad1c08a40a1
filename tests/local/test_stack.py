"""A stack: what it remembers, what it ends, and what it says when something is in the way."""

import base64
import json
import os
import signal
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
from nacl.public import PrivateKey
from pydantic_settings import BaseSettings

from deploy.local.errors import CannotStart
from deploy.local.folders import CLONE
from deploy.local.identity import Identity
from deploy.local.keys import Keys
from deploy.local.processes import wait_until
from deploy.local.programs import PROGRAMS
from deploy.local.stack import Stack


def test_two_stacks_live_beside_each_other(stack: Stack, tmp_path: Path) -> None:
    stack.start_servers()
    with Stack(tmp_path / "another") as another:
        another.start_servers()
        stack.kill("postgres")
        stack.kill("kafka")
        assert another.postgres.answers()
        assert another.kafka.answers()
    another.remove()
    assert stack.valkey.answers()


def test_nothing_is_left_when_the_stacks_process_is_killed(tmp_path: Path) -> None:
    opened = f"from deploy.local.stack import *; s = Stack(Path({str(tmp_path / 'stack')!r})).__enter__()"
    story = f"{opened}; s.start_servers('postgres', 'valkey'); print(s.postgres.process.pid, s.valkey.process.pid)"
    command = [sys.executable, "-c", f"{story}; import sys, time; sys.stdout.flush(); time.sleep(600)"]
    with subprocess.Popen(command, cwd=CLONE, stdout=subprocess.PIPE, text=True) as opener:
        assert opener.stdout is not None
        left = [Identity.of(int(pid)) for pid in opener.stdout.readline().split()]
        assert len(left) == 2
        assert all(process and process.alive() for process in left)
        opener.kill()
    assert wait_until(lambda: not any(process and process.alive() for process in left), 15)
    Stack(tmp_path / "stack").remove()


def test_a_stack_remembers_keys_ports_and_passwords(tmp_path: Path) -> None:
    with Stack(tmp_path) as before:
        before.write()
    after = Stack(tmp_path)
    assert after.state == before.state
    assert after.addresses.written_down() == before.addresses.written_down()


def test_its_file_is_for_its_owner_only(stack: Stack) -> None:
    stack.write()
    assert (stack.folder / "stack.json").stat().st_mode & 0o777 == 0o600


def test_a_folder_holds_one_stack_at_a_time(stack: Stack) -> None:
    with pytest.raises(CannotStart, match="Another command starts, stops or runs the stack"), Stack(stack.folder):
        pass


def test_a_running_stack_is_not_started_again(stack: Stack) -> None:
    stack.start_servers("valkey")
    with pytest.raises(CannotStart, match="already running"):
        stack.start_servers("valkey")


def test_a_pid_from_before_a_reboot_is_not_believed(tmp_path: Path) -> None:
    with Stack(tmp_path) as stack:
        stack.state.processes["karens"] = Identity(os.getpid(), "another boot/1")
        stack.write()
        written = json.loads((tmp_path / "stack.json").read_text())
        assert written["processes"]["karens"]["pid"] == os.getpid()
        assert stack.running() == []


def test_a_process_that_died_is_named_with_the_end_of_its_log(stack: Stack) -> None:
    stack.start_servers("valkey")
    os.kill(stack.valkey.process.pid, signal.SIGKILL)
    assert wait_until(lambda: not stack.valkey.process.alive(), 5)
    with pytest.raises(CannotStart, match=r"(?s)valkey ended; its log .*valkey\.log closes with:.*Ready to accept"):
        stack.check()


def test_a_process_that_was_told_to_end_is_not_missed(stack: Stack) -> None:
    stack.start_servers("valkey")
    stack.kill("valkey")
    stack.check()


def test_a_program_that_cannot_start_says_why(stack: Stack) -> None:
    with pytest.raises(CannotStart, match=r"(?s)person_register ended; its log .* closes with:.*PULS_|port"):
        stack.start("person_register", settings={"PULS_PORT": "none"})


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_is_told_what_it_reads_and_no_more(name: str, stack: Stack) -> None:
    entrance = import_module(f"{PROGRAMS[name].module}.__main__")
    settings = max(
        (thing for thing in vars(entrance).values() if isinstance(thing, type) and issubclass(thing, BaseSettings)),
        key=lambda thing: len(thing.model_fields),
    )
    reads = {f"PULS_{field.upper()}": field for field in settings.model_fields}
    needs = {setting for setting, field in reads.items() if settings.model_fields[field].is_required()}
    told = stack.addresses.settings_of(name).keys()
    assert needs <= told <= reads.keys()


def test_a_program_gets_only_its_own_keys(stack: Stack) -> None:
    assert "PULS_SEALING_PUBLIC_KEY" in stack.addresses.settings_of("inclusion")
    assert "PULS_SEALING_PRIVATE_KEY" not in stack.addresses.settings_of("inclusion")
    assert "PULS_CODE_KEY" not in stack.addresses.settings_of("karens")


def test_a_second_copy_has_ports_and_a_number_of_its_own(stack: Stack) -> None:
    first, second = stack.addresses.settings_of("karens"), stack.addresses.settings_of("karens:2")
    differing = {setting for setting in first if first[setting] != second[setting]}
    assert differing == {"PULS_INTERNAL_PORT"}


def test_an_unknown_service_is_answered_with_the_known_ones(stack: Stack) -> None:
    with pytest.raises(CannotStart, match="no service called 'karen': choose one of inclusion, karens"):
        stack.start("karen")


def test_ports_lie_below_those_that_outgoing_connections_get(stack: Stack) -> None:
    lowest = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    assert all(stack.addresses.port(f"purpose {number}") < lowest for number in range(100))


def test_keys_of_a_seed_are_always_the_same() -> None:
    assert Keys.of_seed("1") == Keys.of_seed("1")
    assert not set(Keys.of_seed("1").values()) & set(Keys.of_seed("2").values())


def test_random_keys_never_are() -> None:
    assert not set(Keys.random().values()) & set(Keys.random().values())


def test_the_sealing_keys_are_a_pair() -> None:
    keys = {name: key_of(text) for name, text in Keys.random().items()}
    private = PrivateKey(keys["PULS_SEALING_PRIVATE_KEY"])
    assert bytes(private.public_key) == keys["PULS_SEALING_PUBLIC_KEY"]


def key_of(text: str) -> bytes:
    return base64.urlsafe_b64decode(text)
