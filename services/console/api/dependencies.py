"""What every route of the API depends on: the key, the context, and who is asking."""

import hmac
from typing import Annotated

from fastapi import Depends, Header, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from services.console.context import Context
from services.console.domain.operators import asker
from services.console.domain.problem import Problem


def current_context(request: Request) -> Context:
    return request.app.state.context


CurrentContext = Annotated[Context, Depends(current_context)]
CallerName = Annotated[
    str | None,
    Header(alias="Puls-Operator", description="In whose name, for the trail: `anna`. In UTF-8."),
]


def caller(called: CallerName = None) -> str:
    """Who asks, for the audit trail. Everybody has the same key, so the name is what they say of themselves."""
    return "somebody, by API key" if called is None else f"{asker(_decoded(called))}, by API key"


def _decoded(header: str) -> str:
    """The header's bytes come read as Latin-1; what is no UTF-8 was meant so."""
    try:
        return header.encode("latin-1").decode()
    except UnicodeError:
        return header


Caller = Annotated[str, Depends(caller)]
_bearer = HTTPBearer(auto_error=False, description="PULS_API_KEY")


def authorized(
    context: CurrentContext, given: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> None:
    """Raises Problem for whoever has not the key; how long that takes tells nothing of the key."""
    if given and hmac.compare_digest(given.credentials.encode(), context.key.encode()):
        return
    raise Problem(
        401,
        "the key is missing or wrong",
        expected="the header Authorization: Bearer <PULS_API_KEY>",
        what_to_do="set PULS_API_KEY to the key that the console was started with",
    )
