"""The console's pages as one application: the log-in and the style are public; all others need a session."""

from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import quote

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.console import forms
from services.console.authentication import Session, session_of
from services.console.context import Context
from services.console.domain.problem import Problem
from services.console.forms import BadForm
from services.console.page_request import PageRequest
from services.console.pages import (
    audit,
    deliveries,
    overview,
    queues,
    receipts,
    set_aside,
    stories,
    stuck,
    wave_requests,
    waves,
)
from services.console.pages.public import PublicPages, plain
from services.console.rendering import Renderer, redirect

Page = Callable[[PageRequest], Awaitable[Response]]

PROTECTED: Mapping[tuple[str, str], Page] = {
    ("GET", "/"): overview.show,
    ("GET", "/waves"): waves.show_all,
    ("GET", "/waves/request"): wave_requests.form,
    ("GET", "/waves/request/confirm"): wave_requests.confirm_start,
    ("POST", "/waves/request/confirm"): wave_requests.start,
    ("GET", "/waves/{wave}"): waves.show,
    ("GET", "/waves/{wave}/receipts"): receipts.show,
    ("GET", "/waves/{wave}/units/{unit}"): stories.of_unit,
    ("GET", "/waves/{wave}/{action}"): wave_requests.confirm,
    ("POST", "/waves/{wave}/{action}"): wave_requests.submit,
    ("GET", "/queues"): queues.show,
    ("GET", "/queues/{service}/resume"): queues.confirm,
    ("POST", "/queues/{service}/resume"): queues.resume,
    ("GET", "/set-aside"): set_aside.browse,
    ("GET", "/set-aside/redrive"): set_aside.confirm,
    ("POST", "/set-aside/redrive"): set_aside.redrive,
    ("GET", "/set-aside/leave"): set_aside.confirm_leave,
    ("POST", "/set-aside/leave"): set_aside.leave,
    ("GET", "/set-aside/{id}"): set_aside.show,
    ("GET", "/stuck"): stuck.browse,
    ("GET", "/stuck/retry"): stuck.confirm_retry,
    ("POST", "/stuck/retry"): stuck.retry,
    ("GET", "/stuck/leave"): stuck.confirm_leave,
    ("POST", "/stuck/leave"): stuck.leave,
    ("GET", "/deliveries"): deliveries.show,
    ("GET", "/deliveries/leave"): deliveries.confirm,
    ("POST", "/deliveries/leave"): deliveries.leave,
    ("GET", "/invitations"): stories.search,
    ("GET", "/invitations/{id}"): stories.of_invitation,
    ("GET", "/letters/{id}"): stories.of_letter,
    ("GET", "/trail"): audit.show,
}
"""Every page that shows or does anything: each needs a session."""


def pages(context: Context) -> Starlette:
    renderer = Renderer()
    public = PublicPages(context, renderer)
    protected = LoginRequired(context, renderer, public.cookie).protected
    routes = [
        Route("/static/{name}", public.static, methods=["GET"]),
        Route("/log-in", public.show, methods=["GET"]),
        Route("/log-in", public.log_in, methods=["POST"]),
        Route("/log-out", protected(public.log_out), methods=["POST"]),
        *(Route(path, protected(page), methods=[method]) for (method, path), page in PROTECTED.items()),
    ]
    handlers = {
        BadForm: public.bad_form,
        Exception: public.server_error,
        404: public.not_found,
        405: public.method_not_allowed,
    }
    app = Starlette(routes=routes, exception_handlers=handlers)
    app.router.redirect_slashes = False
    return app


class LoginRequired:
    """Wraps pages so that they answer a session only."""

    def __init__(self, context: Context, renderer: Renderer, cookie: str) -> None:
        self._context, self._renderer, self._cookie = context, renderer, cookie

    def protected(self, page: Page) -> Callable[[Request], Awaitable[Response]]:
        """The page, for whoever is logged in; others are led to the log-in, and from there to where they wanted."""

        async def respond(http: Request) -> Response:
            token = http.cookies.get(self._cookie)
            session = await session_of(token) if token else None
            if session is None:
                return redirect(_log_in_for(http))
            form = await forms.fields(http) if http.method == "POST" else {}
            if http.method == "POST" and not _genuine(http, session, form):
                return plain(self._renderer, 403, "forged")
            console = await self._context.monitor.console()
            request = PageRequest(http, session, self._context, self._renderer, form, console)
            try:
                return await page(request)
            except Problem as problem:
                return request.render_problem(problem)

        return respond


def _genuine(http: Request, session: Session, form: forms.Fields) -> bool:
    """Whether a form of this session sent it."""
    return forms.is_same_origin(http) and session.issued("".join(form.get("form_token", ())))


def _log_in_for(http: Request) -> str:
    if http.method != "GET" or http.url.path == "/":
        return "/log-in"
    wanted = http.url.path + (f"?{http.url.query}" if http.url.query else "")
    return f"/log-in?then={quote(wanted, safe='')}"
