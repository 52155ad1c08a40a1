"""The log-in, the way out, and what stands open before them."""

import re

from starlette.requests import Request
from starlette.responses import Response

from services.console import posts
from services.console.ground import Ground
from services.console.log_in import TooManyTries, log_in, log_out
from services.console.rendering import Renderer, go_to, methods_of
from services.console.visits import Visit

OURS = re.compile(r"/(?![/\\])[!-\[\]-~]*")
"""A path of this address, in plain letters."""
WRONG = "The name or the password is wrong. Look at both and try again."
WAIT = "There were too many tries from this address. Wait a quarter of an hour."


def plain(renderer: Renderer, status: int, what: str) -> Response:
    """A page of a few words that shows nothing, whoever asks."""
    return renderer.page("plain", status, {"what": what})


class Entrance:
    def __init__(self, ground: Ground, renderer: Renderer) -> None:
        self._ground, self._renderer = ground, renderer
        self.cookie = "puls_console" if ground.plain_http else "__Host-puls_console"

    async def show(self, request: Request) -> Response:
        return self._form(200, then=_ours(request.query_params.get("then", "")))

    async def log_in(self, request: Request) -> Response:
        if not posts.comes_from_us(request):
            return plain(self._renderer, 403, "forged")
        fields = {name: values[0] for name, values in (await posts.fields(request)).items()}
        name, then = fields.get("name", "").strip(), _ours(fields.get("then", ""))
        client = request.client.host if request.client else ""
        try:
            session = await log_in(self._ground.passwords, name, fields.get("password", ""), client)
        except TooManyTries:
            return self._form(429, then=then, name=name, error=WAIT)
        if session is None:
            return self._form(401, then=then, name=name, error=WRONG)
        response = go_to(then)
        secure = not self._ground.plain_http
        response.set_cookie(self.cookie, session.token, httponly=True, samesite="lax", secure=secure)
        return response

    async def log_out(self, visit: Visit) -> Response:
        await log_out(visit.session)
        response = go_to("/log-in")
        response.delete_cookie(self.cookie, httponly=True, samesite="lax", secure=not self._ground.plain_http)
        return response

    async def static(self, request: Request) -> Response:
        return self._renderer.static.response(request.path_params["name"]) or await self.missing(request)

    async def missing(self, request: Request, error: Exception | None = None) -> Response:
        return plain(self._renderer, 404, "missing")

    async def unreadable(self, request: Request, error: Exception) -> Response:
        return plain(self._renderer, 400, "unreadable")

    async def wrong_method(self, request: Request, error: Exception) -> Response:
        shown = plain(self._renderer, 405, "unreadable")
        shown.headers["Allow"] = methods_of(request)
        return shown

    async def trouble(self, request: Request, error: Exception) -> Response:
        return plain(self._renderer, 503, "trouble")

    def _form(self, status: int, *, then: str, name: str = "", error: str = "") -> Response:
        names = {"then": then, "name": name, "error": error}
        return self._renderer.page("log_in", status, names)


def _ours(address: str) -> str:
    """The address if it is one of these pages, else the first page: nobody is led elsewhere after the log-in."""
    return address if OURS.fullmatch(address) else "/"
