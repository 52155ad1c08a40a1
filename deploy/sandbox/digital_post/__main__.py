"""Stands in for Digital Post: `python -m deploy.sandbox.digital_post`."""

import logging
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from deploy.sandbox import faults
from deploy.sandbox.digital_post.application import application
from deploy.sandbox.digital_post.office import PostOffice
from deploy.sandbox.digital_post.store import Store
from deploy.sandbox.person_register.persons import Persons
from deploy.sandbox.serving import serve
from shared.runtime.clock import Clock


class Settings(BaseSettings):
    """Read from the environment, each with the prefix PULS_."""

    model_config = SettingsConfigDict(env_prefix="PULS_", hide_input_in_errors=True)

    port: int = Field(description="The port to listen on.")
    state: Path = Field(description="The folder that keeps what a restart must find again.")
    persons: Path = Field(description="The file of the made-up persons.")
    digital_post_key: str = Field(description="What whoever hands letters over must carry.")
    host: str = Field(default="127.0.0.1", description="The address to listen on.")
    clock: str = Field(default="real", description="`real`, or `stepped:<path>` for demos and tests.")
    seed: str = Field(default="1", description="What all chance is made from.")
    faults: str = Field(
        default="", description="The faults to begin with: none when empty, `1` for rough weather, else JSON."
    )


def main() -> None:
    """Serves until it is told to stop."""
    settings = Settings()  # pyright: ignore[reportCallIssue] — the environment gives what has no default
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    office = PostOffice(
        store=Store(settings.state),
        persons=Persons(settings.persons),
        dice=faults.Dice(settings.seed),
        faults=faults.read(settings.faults),
    )
    serve(application(office, Clock.of(settings.clock), settings.digital_post_key), settings.host, settings.port)


if __name__ == "__main__":
    main()
