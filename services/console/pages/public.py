"""The pages that need no session: log-in, log-out, style, and those that say what went wrong."""

import re

from starlette.requests import Request
from starlette.responses import Response

from services.console import forms
from services.console.authentication import TooManyAttempts, log_in, log_out
from services.console.context import Context
from services.console.page_request import PageRequest
from services.console.rendering import Renderer, methods_of, redirect

OWN_PATH = re.compile(r"/(?![/\\])[!-\[\]-~]*")
"""A path of this address, in plain letters."""
WRONG = "The name or the password is wrong. Look at both and try again."
WAIT = "There were too many tries from this address. Wait a quarter of an hour."


def plain(renderer: Renderer, status: int, what: str) -> Response:
    """A page of a few words that shows nothing, whoever asks."""
    return renderer.page("plain", status, {"what": what})


class PublicPages:
    def __init__(self, context: Context, renderer: Renderer) -> None:
        self._context, self._renderer = context, renderer
        self.cookie = "puls_console" if context.plain_http else "__Host-puls_console"

    async def show(self, request: Request) -> Response:
        return self._form(200, then=_own_path(request.query_params.get("then", "")))

    async def log_in(self, request: Request) -> Response:
        if not forms.is_same_origin(request):
            return plain(self._renderer, 403, "forged")
        fields = {name: values[0] for name, values in (await forms.fields(request)).items()}
        name, then = fields.get("name", "").strip(), _own_path(fields.get("then", ""))
        client = request.client.host if request.client else ""
        try:
            session = await log_in(self._context.passwords, name, fields.get("password", ""), client)
        except TooManyAttempts:
            return self._form(429, then=then, name=name, error=WAIT)
        if session is None:
            return self._form(401, then=then, name=name, error=WRONG)
        response = redirect(then)
        secure = not self._context.plain_http
        response.set_cookie(self.cookie, session.token, httponly=True, samesite="lax", secure=secure)
        return response

    async def log_out(self, request: PageRequest) -> Response:
        await log_out(request.session)
        response = redirect("/log-in")
        response.delete_cookie(self.cookie, httponly=True, samesite="lax", secure=not self._context.plain_http)
        return response

    async def static(self, request: Request) -> Response:
        return self._renderer.static.response(request.path_params["name"]) or await self.not_found(request)

    async def not_found(self, request: Request, error: Exception | None = None) -> Response:
        return plain(self._renderer, 404, "missing")

    async def bad_form(self, request: Request, error: Exception) -> Response:
        return plain(self._renderer, 400, "unreadable")

    async def method_not_allowed(self, request: Request, error: Exception) -> Response:
        shown = plain(self._renderer, 405, "unreadable")
        shown.headers["Allow"] = methods_of(request)
        return shown

    async def server_error(self, request: Request, error: Exception) -> Response:
        return plain(self._renderer, 503, "trouble")

    def _form(self, status: int, *, then: str, name: str = "", error: str = "") -> Response:
        names = {"then": then, "name": name, "error": error}
        return self._renderer.page("log_in", status, names)


def _own_path(address: str) -> str:
    """The address if it is one of these pages, else the first page: nobody is led elsewhere after the log-in."""
    return address if OWN_PATH.fullmatch(address) else "/"
