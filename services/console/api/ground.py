"""What every route of the API stands on, and the key that each of them asks for."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from services.console.api.problems import Problem
from shared.surveys import Surveys


@dataclass(frozen=True)
class Ground:
    surveys: Surveys
    services: Mapping[str, str]
    """Service -> address of its inner door."""
    key: str


def ground(request: Request) -> Ground:
    return request.app.state.ground


Grounded = Annotated[Ground, Depends(ground)]
_bearer = HTTPBearer(auto_error=False, description="PULS_API_KEY")


def authorized(stands: Grounded, given: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]) -> None:
    """Raises Problem for whoever has not the key; how long that takes tells nothing of the key."""
    if given and hmac.compare_digest(given.credentials.encode(), stands.key.encode()):
        return
    raise Problem(
        401,
        "the key is missing or wrong",
        expected="the header Authorization: Bearer <PULS_API_KEY>",
        what_to_do="set PULS_API_KEY to the key that the console was started with",
    )
