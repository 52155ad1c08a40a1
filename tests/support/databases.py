"""A migrated template database for each service, and a copy of it for each test."""

import secrets
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest

from deploy.local import databases, migrations
from deploy.local.databases import execute

Database = Callable[[str], str]


class Templates:
    """Each service's database, migrated once a session, as the role that will own the copies."""

    def __init__(self, administrator: str) -> None:
        self.administrator = administrator
        self._session = f"puls_test_{secrets.token_hex(4)}"
        self._password = secrets.token_urlsafe(24)
        self._made: set[str] = set()
        self._copies = 0

    def url(self, name: str, role: str) -> str:
        server = urlsplit(self.administrator)
        return f"postgresql://{role}:{self._password}@{server.hostname}:{server.port}/{name}"

    def of(self, service: str) -> str:
        """The name of the template and of its owner."""
        name = databases.name_of(service, self._session)
        if name not in self._made:
            databases.create(self.administrator, name, self._password)
            migrations.migrate(self.url(name, name), migrations.folders_of(service))
            self._made.add(name)
        return name

    def copy(self, service: str) -> tuple[str, str]:
        """A new database like the template: its name and its address."""
        template = self.of(service)
        self._copies += 1
        name = f"{template}_{self._copies}"
        execute(self.administrator, f'CREATE DATABASE "{name}" TEMPLATE "{template}" OWNER "{template}"')
        return name, self.url(name, template)

    def drop(self, *names: str) -> None:
        execute(self.administrator, *(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)' for name in names))

    def close(self) -> None:
        self.drop(*self._made)
        execute(self.administrator, *(f'DROP ROLE "{name}"' for name in self._made))


@pytest.fixture(scope="session")
def templates(postgres: str) -> Iterator[Templates]:
    made = Templates(postgres)
    yield made
    made.close()


@pytest.fixture
def database(templates: Templates) -> Iterator[Database]:
    """`database("karens")` is the address of a database of this test's own, in the shape that karens expects."""
    names: list[str] = []

    def copy(service: str) -> str:
        name, url = templates.copy(service)
        names.append(name)
        return url

    yield copy
    templates.drop(*names)
