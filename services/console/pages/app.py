"""The console's pages as one application: two doors stand open, the log-in and the style; all others ask who comes."""

from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import quote

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.console import posts
from services.console.domain.problem import Problem
from services.console.ground import Ground
from services.console.log_in import Session, session_of
from services.console.pages import deliveries, overview, queues, receipts, set_aside, stories, trail, wanting, waves
from services.console.pages.entrance import Entrance, plain
from services.console.posts import CannotRead
from services.console.rendering import Renderer, go_to
from services.console.visits import Visit

Page = Callable[[Visit], Awaitable[Response]]

CLOSED: Mapping[tuple[str, str], Page] = {
    ("GET", "/"): overview.show,
    ("GET", "/waves"): waves.show_all,
    ("GET", "/waves/request"): wanting.form,
    ("GET", "/waves/request/confirm"): wanting.confirm_start,
    ("POST", "/waves/request/confirm"): wanting.start,
    ("GET", "/waves/{wave}"): waves.show,
    ("GET", "/waves/{wave}/receipts"): receipts.show,
    ("GET", "/waves/{wave}/units/{unit}"): stories.of_unit,
    ("GET", "/waves/{wave}/{asked}"): wanting.confirm,
    ("POST", "/waves/{wave}/{asked}"): wanting.ask,
    ("GET", "/queues"): queues.show,
    ("GET", "/queues/{service}/resume"): queues.confirm,
    ("POST", "/queues/{service}/resume"): queues.resume,
    ("GET", "/set-aside"): set_aside.browse,
    ("GET", "/set-aside/redrive"): set_aside.confirm,
    ("POST", "/set-aside/redrive"): set_aside.redrive,
    ("GET", "/set-aside/leave"): set_aside.confirm_leave,
    ("POST", "/set-aside/leave"): set_aside.leave,
    ("GET", "/set-aside/{id}"): set_aside.show,
    ("GET", "/deliveries"): deliveries.show,
    ("GET", "/deliveries/leave"): deliveries.confirm,
    ("POST", "/deliveries/leave"): deliveries.leave,
    ("GET", "/invitations"): stories.search,
    ("GET", "/invitations/{id}"): stories.of_invitation,
    ("GET", "/letters/{id}"): stories.of_letter,
    ("GET", "/trail"): trail.show,
}
"""Every page that is about anything, and whose door asks for a session."""


def pages(ground: Ground) -> Starlette:
    renderer = Renderer()
    entrance = Entrance(ground, renderer)
    opened = Doorkeeper(ground, renderer, entrance.cookie).opened
    routes = [
        Route("/static/{name}", entrance.static, methods=["GET"]),
        Route("/log-in", entrance.show, methods=["GET"]),
        Route("/log-in", entrance.log_in, methods=["POST"]),
        Route("/log-out", opened(entrance.log_out), methods=["POST"]),
        *(Route(path, opened(page), methods=[method]) for (method, path), page in CLOSED.items()),
    ]
    told = {CannotRead: entrance.unreadable, Exception: entrance.trouble}
    app = Starlette(routes=routes, exception_handlers={**told, 404: entrance.missing, 405: entrance.wrong_method})
    app.router.redirect_slashes = False
    return app


class Doorkeeper:
    def __init__(self, ground: Ground, renderer: Renderer, cookie: str) -> None:
        self._ground, self._renderer, self._cookie = ground, renderer, cookie

    def opened(self, page: Page) -> Callable[[Request], Awaitable[Response]]:
        """The page, for whoever is logged in; others are led to the log-in, and from there to where they wanted."""

        async def answer(request: Request) -> Response:
            token = request.cookies.get(self._cookie)
            session = await session_of(token) if token else None
            if session is None:
                return go_to(_log_in_for(request))
            fields = await posts.fields(request) if request.method == "POST" else {}
            if request.method == "POST" and not _genuine(request, session, fields):
                return plain(self._renderer, 403, "forged")
            console = await self._ground.watch.console()
            visit = Visit(request, session, self._ground, self._renderer, fields, console)
            try:
                return await page(visit)
            except Problem as problem:
                return visit.problem(problem)

        return answer


def _genuine(request: Request, session: Session, fields: posts.Fields) -> bool:
    """Whether a form of this session sent it."""
    return posts.comes_from_us(request) and session.wrote("".join(fields.get("form_token", ())))


def _log_in_for(request: Request) -> str:
    if request.method != "GET" or request.url.path == "/":
        return "/log-in"
    wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return f"/log-in?then={quote(wanted, safe='')}"
