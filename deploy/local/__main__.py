"""The stack that stays after its command has ended: `up`, `down`, `run SERVICE` and `status`.

Its settings stand in `stack.json`, once inside its folder and once beside it, where readers look while it is up.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from deploy.local import supervisor
from deploy.local.errors import CannotStart, exit_with_one_line, require_space
from deploy.local.first_account import first_account
from deploy.local.folders import CLONE, locked, make_folder
from deploy.local.identity import Identity
from deploy.local.ports import ports_from, require_free
from deploy.local.programs import PROGRAMS, SERVICES, copies_of, program_of
from deploy.local.stack import SERVERS, Stack

FOLDER = CLONE / "var" / "up"
FIRST_PORT = 18000


def published(folder: Path) -> Path:
    return folder.parent / "stack.json"


def stack_in(folder: Path, first_port: int = FIRST_PORT) -> Stack:
    return Stack(folder, ports=ports_from(first_port), published=[published(folder)])


def running_stack_in(folder: Path) -> Stack:
    """Raises CannotStart where none is up. One of which everything has ended for now is up: it is looked after."""
    if (folder / "stack.json").exists():
        stack = stack_in(folder)
        if stack.running() or supervisor.is_running(stack):
            return stack
    raise CannotStart("No stack is up: start one by `make up`.")


def up(folder: Path, programs: Sequence[str], first_port: int | None, copies: int = 1) -> None:
    """Servers, databases, topics and programs (all if none is named) run; if one cannot, none is left running.

    From then on a supervisor starts again what has ended. Of a stack that is up already, what is missing is started.
    """
    wanted = [copy for name in programs or PROGRAMS for copy in _copies(program_of(name).name, copies)]
    make_folder(folder)
    require_space(folder)
    with locked(folder):
        stack = stack_in(folder, first_port or FIRST_PORT)
        if stack.running() and not first_port and _complete(stack, wanted):
            return
        stack.require_stopped()
        _choose_ports(stack, first_port, wanted)
        _start(stack, wanted)
    where = stack.addresses
    print(f"The stack is up: console {where.url('console')}, answers {where.url('responses')}.")
    if "console" in wanted:
        print(first_account(stack))
    print(f"Addresses and keys are in {published(folder)}, logs in {folder / 'log'}; `make down` ends it.")
    print(f"What ends is started again: {folder / 'log' / 'supervisor.log'} says what, and how often.")


def _start(stack: Stack, wanted: Sequence[str]) -> None:
    supervisor.stop(stack)
    stack.state.processes.clear()
    stack.state.restarts.clear()
    try:
        stack.start_servers()
        stack.create_topics()
        stack.migrate()
        stack.start(*wanted)
        supervisor.start(stack)
    except BaseException:
        _end(stack)
        raise


def _complete(stack: Stack, wanted: Sequence[str]) -> bool:
    """Whether something was missing of a stack that is up; then all of it is there."""
    if supervisor.is_running(stack) and not _missing(stack, wanted):
        return False
    supervisor.stop(stack)
    missing = _missing(stack, wanted)
    if servers := [name for name in missing if name in SERVERS]:
        stack.start_servers(*servers)
    stack.start(*(name for name in missing if name not in SERVERS))
    supervisor.start(stack)
    print(f"The stack was up, but for {', '.join(missing or ['its supervisor'])}: started again.")
    return True


def _missing(stack: Stack, wanted: Sequence[str]) -> list[str]:
    return [name for name in (*SERVERS, *wanted) if name not in stack.running()]


def _copies(name: str, count: int) -> list[str]:
    """Of a service so many, of a part of the sandbox one."""
    return copies_of(name, count if name in SERVICES else 1)


def _choose_ports(stack: Stack, first_port: int | None, wanted: Sequence[str]) -> None:
    """The ports of the last time, unless others are wanted; each must be free."""
    if first_port:
        stack.state.ports.clear()
    for name in (*PROGRAMS, *wanted):
        stack.addresses.settings_of(name)
    stack.addresses.port("kafka controller")
    for purpose, port in stack.state.ports.items():
        require_free(port, purpose)


def _end(stack: Stack) -> None:
    supervisor.stop(stack)
    stack.stop()
    published(stack.folder).unlink(missing_ok=True)


def down(folder: Path) -> None:
    make_folder(folder)
    with locked(folder):
        _end(running_stack_in(folder))
    print(f"The stack is down; its data stay in {folder}.")


def run(folder: Path, name: str) -> None:
    """The program in the foreground instead of the background's copy, with the same settings; does not return."""
    program = program_of(name)
    make_folder(folder)
    with locked(folder):
        stack = running_stack_in(folder)
        supervisor.stop(stack)
        stack.stop(name)
        stack.remember({name: Identity.of(os.getpid())})
        supervisor.start(stack)
    print(f"{name} runs here now, until Ctrl-C; then it is started again in the background.", flush=True)
    os.chdir(CLONE)
    settings = stack.addresses.settings_of(name) | {"PULS_LOG": "console"}
    os.execve(sys.executable, [sys.executable, "-m", program.module], os.environ | settings)


def status(folder: Path) -> None:
    stack = running_stack_in(folder)
    running, started = stack.running(), stack.state.processes
    for name in dict.fromkeys((*SERVERS, *PROGRAMS, *started)):
        ended = f"has ended: see {stack.process(name).log}" if name in started else "was not started here"
        restarts = stack.state.restarts.get(name, 0)
        again = f", started again {supervisor.times(restarts)}" if restarts else ""
        print(f"{name:16} {'runs' if name in running else ended}{again}")
    if not supervisor.is_running(stack):
        print("Nothing that ends is started again, for the supervisor has ended: `make up` starts it.")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m deploy.local", description=__doc__)
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where the stack keeps everything (var/up)")
    commands = parser.add_subparsers(dest="command", required=True)
    starting = commands.add_parser("up", help="start it and leave it running")
    starting.add_argument("program", nargs="*", help="only these services and parts of the sandbox")
    starting.add_argument("--copies", type=int, default=1, help="how many of each service")
    starting.add_argument("--ports", type=int, help=f"the first of its ports in a row ({FIRST_PORT})")
    commands.add_parser("down", help="end it; its data stay")
    commands.add_parser("run", help="run one service in the foreground").add_argument("program")
    commands.add_parser("status", help="which processes run")
    commands.add_parser("supervise", help="start again what has ended; `up` runs it in the background")
    return parser


def main(arguments: Sequence[str] | None = None) -> None:
    chosen = _parser().parse_args(arguments)
    folder = chosen.folder.absolute()
    with exit_with_one_line():
        match chosen.command:
            case "up":
                up(folder, chosen.program, chosen.ports, chosen.copies)
            case "down":
                down(folder)
            case "run":
                run(folder, chosen.program)
            case "status":
                status(folder)
            case "supervise":
                supervisor.run_in_foreground(running_stack_in(folder))


if __name__ == "__main__":
    main()
