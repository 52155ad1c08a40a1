"""Makes what docker-compose.yml's services find when they start: databases, roles, migrations and topics.

Runs before each start of theirs: what is there stays, what is missing is made.
"""

from urllib.parse import urlsplit

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from deploy.local import databases, migrations
from deploy.local.blocking import run_blocking
from deploy.local.errors import exit_with_one_line
from shared.runtime import topics


class PreparationSettings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="PULS_", extra="ignore", hide_input_in_errors=True)

    postgres_url: str = Field(description="The server as its administrator: postgresql://role:password@host:port/name.")
    kafka: str = Field(description="The broker's address: host:port.")
    passwords: dict[str, str] = Field(description="JSON: each service and its role's password.")


def prepare(settings: PreparationSettings, prefix: str = "puls") -> None:
    """`prefix` begins the name of every database and topic. Raises CannotStart for a migration that fails."""
    run_blocking(topics.create(settings.kafka, prefix))
    place = urlsplit(settings.postgres_url)
    server = f"{place.hostname}:{place.port}"
    for service, password in settings.passwords.items():
        name = databases.name_of(service, prefix)
        databases.create(settings.postgres_url, name, password)
        migrations.migrate(f"postgresql://{name}:{password}@{server}/{name}", migrations.folders_of(service))


if __name__ == "__main__":
    with exit_with_one_line():
        prepare(PreparationSettings())  # pyright: ignore[reportCallIssue] - read from the environment
    print("Databases, migrations and topics are there.")
