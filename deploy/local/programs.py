"""What a stack runs: every service and every part of the sandbox, and the settings that each of them reads."""

import urllib.error
import urllib.request
from dataclasses import dataclass

from deploy.local.trouble import CannotStart


@dataclass(frozen=True)
class Program:
    """One `python -m` process; `settings` are those it reads beside the ones that every program of its kind gets."""

    name: str
    module: str
    settings: tuple[str, ...] = ()
    ports: tuple[str, ...] = ("PULS_INTERNAL_PORT",)


SERVICES = {
    service.name: service
    for service in (
        Program(
            "inclusion",
            "services.inclusion",
            settings=("PULS_DROP", "PULS_PSEUDONYM_KEY", "PULS_SEALING_PUBLIC_KEY"),
        ),
        Program("karens", "services.karens"),
        Program(
            "dispatch",
            "services.dispatch",
            settings=(
                "PULS_SEALING_PRIVATE_KEY",
                "PULS_CODE_KEY",
                "PULS_MESSAGE_KEY",
                "PULS_ANSWER_URL",
                "PULS_DIGITAL_POST_URL",
                "PULS_PERSON_REGISTER_URL",
            ),
            ports=("PULS_INTERNAL_PORT", "PULS_PAGES_PORT"),
        ),
        Program("reminders", "services.reminders"),
        Program(
            "responses",
            "services.responses",
            settings=("PULS_CODE_KEY",),
            ports=("PULS_INTERNAL_PORT", "PULS_PAGES_PORT"),
        ),
        Program(
            "console",
            "services.console",
            settings=("PULS_API_KEY", "PULS_INTERNAL_URLS"),
            ports=("PULS_INTERNAL_PORT", "PULS_PAGES_PORT"),
        ),
    )
}

SANDBOX = {
    part.name: part
    for part in (
        Program("digital_post", "deploy.sandbox.digital_post", ports=("PULS_PORT",)),
        Program("person_register", "deploy.sandbox.person_register", ports=("PULS_PORT",)),
        Program(
            "patients",
            "deploy.sandbox.patients",
            settings=("PULS_DIGITAL_POST_URL", "PULS_ANSWER_URL", "PULS_PAGES_URL"),
            ports=("PULS_PORT",),
        ),
    )
}

PROGRAMS = SERVICES | SANDBOX


def program_of(name: str) -> Program:
    """The program that `name` runs: `karens` and its second copy `karens:2` are the same."""
    program = PROGRAMS.get(name.partition(":")[0])
    if program is None:
        raise CannotStart(f"There is no service called {name}: choose one of {', '.join(PROGRAMS)}.")
    return program


def answers(url: str, name: str) -> bool:
    """Whether a program is ready: a service says so itself, a part of the sandbox answers at all."""
    path = "/ready" if program_of(name).name in SERVICES else "/status"
    try:
        with urllib.request.urlopen(f"{url}{path}", timeout=5) as answer:
            return answer.status == 200
    except urllib.error.HTTPError:
        return program_of(name).name in SANDBOX
    except OSError:
        return False
