"""The key that every route of the API asks for, and what they stand on."""

import hmac
from typing import Annotated

from fastapi import Depends, Header, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from services.console.domain.operators import asker
from services.console.domain.problem import Problem
from services.console.ground import Ground


def ground(request: Request) -> Ground:
    return request.app.state.ground


Grounded = Annotated[Ground, Depends(ground)]
Named = Annotated[
    str | None,
    Header(alias="Puls-Operator", description="In whose name, for the trail: `anna`. In UTF-8."),
]


def whoever_asks(named: Named = None) -> str:
    """For the trail. Everybody has the same key, so the name is what the asker says of themselves."""
    return "somebody, by API key" if named is None else f"{asker(_read(named))}, by API key"


def _read(header: str) -> str:
    """The header's bytes come read as Latin-1; what is no UTF-8 was meant so."""
    try:
        return header.encode("latin-1").decode()
    except UnicodeError:
        return header


Asker = Annotated[str, Depends(whoever_asks)]
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
