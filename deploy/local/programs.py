"""What a stack runs: every service and every part of the sandbox, and what each of them is told."""

import urllib.error
import urllib.request
from dataclasses import dataclass

from deploy.local.errors import CannotStart

INTERNAL, PAGES, PORT = "PULS_INTERNAL_PORT", "PULS_PAGES_PORT", "PULS_PORT"


@dataclass(frozen=True)
class Program:
    """One `python -m` process. `settings` are those it reads beside what all of its kind are told."""

    name: str
    module: str
    ports: tuple[str, ...]
    settings: tuple[str, ...] = ()


def _service(name: str, *settings: str, ports: tuple[str, ...] = (INTERNAL,)) -> Program:
    return Program(name, f"services.{name}", ports, settings)


def _part(name: str, *settings: str) -> Program:
    return Program(name, f"deploy.sandbox.{name}", (PORT,), settings)


SERVICES = {
    program.name: program
    for program in (
        _service("inclusion", "PULS_DROP", "PULS_PSEUDONYM_KEY", "PULS_SEALING_PUBLIC_KEY"),
        _service("karens"),
        _service(
            "dispatch",
            "PULS_SEALING_PRIVATE_KEY",
            "PULS_CODE_KEY",
            "PULS_MESSAGE_KEY",
            "PULS_ANSWER_URL",
            "PULS_DIGITAL_POST_URL",
            "PULS_DIGITAL_POST_KEY",
            "PULS_PERSON_REGISTER_URL",
            "PULS_VALKEY_URL",
            ports=(INTERNAL, PAGES),
        ),
        _service("reminders"),
        _service("responses", "PULS_CODE_KEY", "PULS_VALKEY_URL", ports=(INTERNAL, PAGES)),
        _service("console", "PULS_INTERNAL_URLS", "PULS_PLAIN_HTTP", ports=(INTERNAL, PAGES)),
    )
}

SANDBOX = {
    program.name: program
    for program in (
        _part("digital_post", "PULS_STATE", "PULS_PERSONS", "PULS_DIGITAL_POST_KEY"),
        _part("person_register", "PULS_PERSONS"),
        _part("patients", "PULS_STATE", "PULS_MAILBOXES_URL", "PULS_ANSWER_URL", "PULS_PAGES_URL"),
    )
}

PROGRAMS = SERVICES | SANDBOX


def program_of(name: str) -> Program:
    """The program that `name` runs: `karens:2`, the second copy of karens, runs karens."""
    program = PROGRAMS.get(name.partition(":")[0])
    if program is None:
        raise CannotStart(f"There is no service called {name!r}: choose one of {', '.join(PROGRAMS)}.")
    return program


def copies_of(name: str, count: int) -> list[str]:
    """`karens`, `karens:2`, …"""
    return [name, *(f"{name}:{number}" for number in range(2, count + 1))]


def is_ready(name: str, url: str) -> bool:
    """A service says so itself; a part of the sandbox is ready once it answers."""
    path = "ready" if program_of(name).name in SERVICES else "status"
    try:
        with urllib.request.urlopen(f"{url}/{path}", timeout=5) as answer:
            return answer.status == 200
    except (urllib.error.HTTPError, OSError):
        return False
