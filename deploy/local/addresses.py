"""Where everything of one stack is, with which password, and what each program is told about it."""

import json
import secrets
from collections.abc import Iterator, Mapping
from pathlib import Path

from deploy.local import databases
from deploy.local.ports import HOST
from deploy.local.postgres import ADMINISTRATOR
from deploy.local.programs import SERVICES, program_of
from deploy.local.state import State


class Addresses:
    """Each is chosen when it is first asked for and remembered in the state from then on."""

    def __init__(self, folder: Path, state: State, ports: Iterator[int], settings: Mapping[str, str]) -> None:
        self._folder, self._state, self._ports, self._settings = folder, state, ports, dict(settings)

    def port(self, purpose: str) -> int:
        if purpose not in self._state.ports:
            self._state.ports[purpose] = next(port for port in self._ports if port not in self._state.ports.values())
        return self._state.ports[purpose]

    def password(self, whose: str) -> str:
        return self._state.passwords.setdefault(whose, secrets.token_urlsafe(24))

    @property
    def kafka(self) -> str:
        """host:port"""
        return f"{HOST}:{self.port('kafka')}"

    @property
    def postgres(self) -> str:
        """The administrator's address of the server."""
        return f"postgresql://{ADMINISTRATOR}:{self.password('postgres')}@{HOST}:{self.port('postgres')}/postgres"

    @property
    def valkey(self) -> str:
        return f"redis://:{self.password('valkey')}@{HOST}:{self.port('valkey')}/0"

    def database(self, service: str) -> str:
        """A service's own database as its own role."""
        name = databases.name_of(service)
        return f"postgresql://{name}:{self.password(name)}@{HOST}:{self.port('postgres')}/{name}"

    def internal_url(self, name: str) -> str:
        """Where a service's /live, /ready, /metrics and /status are; of a part of the sandbox, its only address."""
        return f"http://{HOST}:{self.port(f'{name} {program_of(name).ports[0]}')}"

    def url(self, name: str) -> str:
        """Where a service's pages or API are; of a part of the sandbox, its only address."""
        return f"http://{HOST}:{self.port(f'{name} {program_of(name).ports[-1]}')}"

    def settings_of(self, name: str) -> dict[str, str]:
        """All PULS_ settings of a service, of its second copy (`karens:2`) or of a part of the sandbox."""
        program = program_of(name)
        told = {"PULS_CLOCK": self._state.clock, "PULS_HOST": HOST}
        told |= {setting: str(self.port(f"{name} {setting}")) for setting in program.ports}
        if program.name in SERVICES:
            told |= self._told_to_services(name)
        offered = self._state.keys | self._offered_to(program.name)
        return told | {setting: offered[setting] for setting in program.settings} | self._settings

    def _told_to_services(self, name: str) -> dict[str, str]:
        return {
            "PULS_DATABASE_URL": self.database(program_of(name).name),
            "PULS_KAFKA": self.kafka,
            "PULS_TOPIC_PREFIX": self._state.topic_prefix,
            "PULS_API_KEY": self._state.keys["PULS_API_KEY"],
            "PULS_LOG": "json",
        }

    def _offered_to(self, program: str) -> dict[str, str]:
        return {
            "PULS_VALKEY_URL": self.valkey,
            "PULS_STATE": str(self._folder / "sandbox" / program),
            "PULS_DROP": str(self._folder / "drop"),
            "PULS_PERSONS": str(self._folder / "sandbox" / "persons.csv"),
            "PULS_ANSWER_URL": "https://svar.puls.example",
            "PULS_PAGES_URL": self.url("responses"),
            "PULS_DIGITAL_POST_URL": f"{self.url('digital_post')}/apis/v1/",
            "PULS_MAILBOXES_URL": self.url("digital_post"),
            "PULS_PERSON_REGISTER_URL": self.url("person_register"),
            "PULS_PLAIN_HTTP": "yes",
            "PULS_INTERNAL_URLS": json.dumps({service: self.internal_url(service) for service in SERVICES}),
        }

    def written_down(self) -> dict[str, object]:
        """What `stack.json` tells its readers."""
        return {
            "folder": str(self._folder),
            "kafka": self.kafka,
            "postgres": self.postgres,
            "valkey": self.valkey,
            "databases": {service: self.database(service) for service in SERVICES},
            "urls": {name: self.url(name) for name in ("responses", "console", "digital_post")},
        }
