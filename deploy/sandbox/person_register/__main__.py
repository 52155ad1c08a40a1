"""Stands in for the register of persons: `python -m deploy.sandbox.person_register`.

`GET /persons/?cprNumber=…` (several at once) tells each known person's status; an unknown number is left out. This form
is assumed: the real register's is not public.
"""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from deploy.sandbox.person_register.persons import Persons
from deploy.sandbox.serving import UnderWay, serve
from shared.runtime.clock import Clock

MOST_AT_ONCE = 1_000
"""Numbers in one request: assumed."""


class Settings(BaseSettings):
    """Read from the environment, each with the prefix PULS_."""

    model_config = SettingsConfigDict(env_prefix="PULS_", hide_input_in_errors=True)

    port: int = Field(description="The port to listen on.")
    persons: Path = Field(description="The file of the made-up persons.")
    host: str = Field(default="127.0.0.1", description="The address to listen on.")
    clock: str = Field(default="real", description="`real`, or `stepped:<path>` for demos and tests.")


def application(persons: Persons, clock: Clock) -> UnderWay:
    """The register over this file. It keeps nothing, so nothing is ever due."""

    def lookup(request: Request) -> Response:
        asked = request.query_params.getlist("cprNumber")
        if not 1 <= len(asked) <= MOST_AT_ONCE:
            return JSONResponse({"message": f"cprNumber: expected 1 to {MOST_AT_ONCE} of them"}, status_code=400)
        return JSONResponse(
            [
                {"cprNumber": cpr, "status": person.register_status, "protected": person.protected}
                for cpr, person in persons.of(asked)
            ]
        )

    def status(_: Request) -> Response:
        now = clock.now().isoformat().replace("+00:00", "Z")
        return JSONResponse({"now": now, "due": None, "busy": app.number, "acts_at": [0, 12]})

    app = UnderWay(Starlette(routes=[Route("/persons/", lookup), Route("/status", status)]))
    return app


def main() -> None:
    """Serves until it is told to stop."""
    settings = Settings()  # pyright: ignore[reportCallIssue] — the environment gives what has no default
    serve(application(Persons(settings.persons), Clock.of(settings.clock)), settings.host, settings.port)


if __name__ == "__main__":
    main()
