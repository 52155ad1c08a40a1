"""The stack that `make up` starts and leaves running: `up`, `down`, `run SERVICE`, `status`."""

import argparse
import os
import sys
from collections.abc import Sequence

from deploy.local.places import CLONE, alone_in, make_folder
from deploy.local.ports import ports_from, require_free
from deploy.local.programs import PROGRAMS, SERVICES
from deploy.local.stack import Stack
from deploy.local.trouble import CannotStart, require_space

FOLDER = CLONE / "var" / "up"
PUBLISHED = CLONE / "var" / "stack.json"
FIRST_PORT = 18000


def up(first_port: int | None) -> None:
    make_folder(FOLDER)
    require_space(FOLDER)
    with alone_in(FOLDER):
        stack = _stack(first_port or FIRST_PORT)
        stack.require_stopped()
        if first_port:
            stack.state.ports.clear()
        stack.write()
        for purpose, port in stack.state.ports.items():
            require_free(port, purpose)
        try:
            _start_all(stack)
        except BaseException:
            stack.stop()
            raise
    urls = stack.addresses
    print(f"The stack is up: console {urls.url('console')}, answers {urls.url('responses')}, settings {PUBLISHED}.")


def _start_all(stack: Stack) -> None:
    stack.start_servers()
    stack.create_topics()
    stack.migrate()
    stack.start(*PROGRAMS)


def down() -> None:
    with alone_in(FOLDER):
        stack = _running_stack()
        stack.stop()
        PUBLISHED.unlink(missing_ok=True)
    print("The stack is down; its data stay in var/up.")


def run(service: str) -> None:
    """The service in the foreground, in place of the background's copy; never returns."""
    if service not in PROGRAMS:
        raise CannotStart(f"There is no service called {service!r}: choose one of {', '.join(PROGRAMS)}.")
    with alone_in(FOLDER):
        stack = _running_stack()
        stack.stop(service)
    settings = stack.addresses.settings_of(service) | {"PULS_LOG": "console"}
    os.chdir(CLONE)
    os.execve(sys.executable, [sys.executable, "-m", PROGRAMS[service].module], os.environ | settings)


def status() -> None:
    stack = _running_stack()
    running = stack.running()
    for name in (*stack.state.processes, *(name for name in SERVICES if name not in stack.state.processes)):
        print(f"{name:16} {'runs' if name in running else 'does not run'}")


def _stack(first_port: int = FIRST_PORT) -> Stack:
    return Stack(FOLDER, ports=ports_from(first_port), copies=[PUBLISHED])


def _running_stack() -> Stack:
    if not (FOLDER / "stack.json").exists() or not _stack().running():
        raise CannotStart("No stack is up: start one by `make up`.")
    return _stack()


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m deploy.local.stack", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("up").add_argument("--ports", type=int, help="the first of the stack's ports in a row")
    commands.add_parser("down")
    commands.add_parser("run").add_argument("service")
    commands.add_parser("status")
    chosen = parser.parse_args(arguments)
    try:
        match chosen.command:
            case "up":
                up(chosen.ports)
            case "down":
                down()
            case "run":
                run(chosen.service)
            case "status":
                status()
    except CannotStart as trouble:
        sys.exit(str(trouble))
