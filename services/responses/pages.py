"""The pages on which a person answers, declines, or asks not to be asked again.

Server-rendered forms: post, redirect, get. What is on a page is saved when it is sent, so a person can stop anywhere
and go on elsewhere; nothing but the code in the address is needed for that. Each request is one transaction, of one
statement to be shown and two to be saved.
"""

from collections.abc import Awaitable, Callable, Mapping

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.responses import actions, form_data, store
from services.responses.questionnaire import Forms, NotAsked
from services.responses.rate_limit import UnknownCodeLimit
from services.responses.rendering import PageUrls, Renderer, go_to, urls_of
from services.responses.views import Views
from services.responses.visits import Visit
from shared.privacy import LinkCodes, read_code
from shared.runtime import Transaction, reading, transaction

Page = Callable[[Transaction, Visit], Awaitable[Response]]


class Pages:
    """The pages, with what they judge by. `app()` is what is served."""

    def __init__(self, forms: Forms, codes: LinkCodes, unknown_codes: UnknownCodeLimit) -> None:
        self._forms = forms
        self._codes = codes
        self._unknown_codes = unknown_codes
        self._views = Views(Renderer())

    def app(self) -> Starlette:
        """Plain routes: nothing here is described to machines or read by them."""
        by_code = (
            ("/s/{code}", self.start, self.leave_start),
            ("/s/{code}/{page:int}", self.group, self.leave_group),
            ("/s/{code}/review", self.review, self.leave_review),
            ("/s/{code}/decline", self.confirm_decline, self.leave_decline),
            ("/s/{code}/opt-out", self.confirm_opt_out, self.leave_opt_out),
        )
        routes = [
            Route("/", self.code_page, methods=["GET"]),
            Route("/", self.leave_code_page, methods=["POST"]),
            Route("/static/{name}", self.static, methods=["GET"]),
            *(Route(path, self._opening(show), methods=["GET"]) for path, show, _ in by_code),
            *(Route(path, self._opening(leave), methods=["POST"]) for path, _, leave in by_code),
            Route("/s/{code}/paused", self._opening(self.paused), methods=["GET"]),
        ]
        views = self._views
        failures = {form_data.CannotRead: views.problem, NotAsked: views.problem, Exception: views.trouble}
        app = Starlette(routes=routes, exception_handlers={**failures, 404: views.missing, 405: views.wrong_method})
        app.router.redirect_slashes = False
        return app

    async def code_page(self, request: Request) -> Response:
        return self._views.code(urls_of(request))

    async def leave_code_page(self, request: Request) -> Response:
        typed = (await form_data.read(request)).get("code", "")
        code, urls = read_code(typed), urls_of(request)
        return self._views.code(urls, typed) if code is None else go_to(PageUrls(urls.language, urls.path, code).start)

    async def static(self, request: Request) -> Response:
        return self._views.static(request.path_params["name"]) or await self._views.missing(request)

    async def start(self, tx: Transaction, visit: Visit) -> Response:
        if visit.takes_answers:
            return self._views.start(visit.form, visit.found.answers, visit.urls)
        return self._views.ended(visit.found, visit.urls)

    async def leave_start(self, tx: Transaction, visit: Visit) -> Response:
        pressed = visit.pressed("begin", "decline", "opt_out")
        if pressed == "opt_out":
            return go_to(visit.urls.opt_out)
        if not visit.takes_answers:
            return go_to(visit.urls.start)
        if pressed == "decline":
            return go_to(visit.urls.decline)
        return visit.to_page(visit.form.go_on_at(visit.found.stands_at, visit.found.answers))

    async def group(self, tx: Transaction, visit: Visit) -> Response:
        if not visit.takes_answers or not visit.form.has(visit.page):
            return go_to(visit.urls.start)
        return self._views.group(visit.form, visit.page, visit.found.answers, visit.urls)

    async def leave_group(self, tx: Transaction, visit: Visit) -> Response:
        form, page, fields = visit.form, visit.page, dict(visit.fields)
        then_at = {"next": page + 1, "back": page - 1, "pause": page}.get(fields.pop("action", ""))
        if then_at is None or not form.has(page):
            raise NotAsked
        answers = form.read(page, fields)
        if not visit.takes_answers:
            return go_to(visit.urls.late)
        if too_long := form.too_long(page, answers):
            return self._views.group(form, page, answers, visit.urls, too_long)
        saved = await actions.save(tx, visit.lookup, form, page, answers, then_at)
        if not saved.accepted:
            return go_to(visit.urls.late)
        return go_to(visit.urls.paused) if then_at == page else visit.to_page(then_at)

    async def review(self, tx: Transaction, visit: Visit) -> Response:
        if not visit.takes_answers:
            return go_to(visit.urls.start)
        return self._views.review(visit.form, visit.found.answers, visit.urls)

    async def leave_review(self, tx: Transaction, visit: Visit) -> Response:
        if visit.pressed("submit", "back") == "back":
            return visit.to_page(visit.form.review - 1)
        if visit.takes_answers and not visit.found.answers:
            return self._views.review_of_nothing(visit.form, visit.urls)
        return await visit.end(tx, actions.submit)

    async def paused(self, tx: Transaction, visit: Visit) -> Response:
        return self._views.paused(visit.urls) if visit.takes_answers else go_to(visit.urls.start)

    async def confirm_decline(self, tx: Transaction, visit: Visit) -> Response:
        return self._views.confirm_decline(visit.urls) if visit.takes_answers else go_to(visit.urls.start)

    async def leave_decline(self, tx: Transaction, visit: Visit) -> Response:
        if visit.pressed("confirm", "back") == "back":
            return go_to(visit.urls.start)
        return await visit.end(tx, actions.decline)

    async def confirm_opt_out(self, tx: Transaction, visit: Visit) -> Response:
        """Also after the invitation has ended: whoever does not want to be asked again may always say so."""
        if visit.found.opted_out:
            return self._views.opted_out(visit.urls)
        return self._views.confirm_opt_out(visit.urls)

    async def leave_opt_out(self, tx: Transaction, visit: Visit) -> Response:
        if visit.pressed("confirm", "back") == "back":
            return go_to(visit.urls.start)
        await visit.end(tx, actions.opt_out)
        return go_to(visit.urls.opt_out)

    def _opening(self, page: Page) -> Callable[[Request], Awaitable[Response]]:
        """The page, for requests whose code is known; others are shown that it is not, and are counted."""

        async def answer(request: Request) -> Response:
            client = request.client.host if request.client else ""
            if self._unknown_codes.refuses(client):
                return self._views.wait(request)
            fields = await form_data.read(request) if request.method == "POST" else {}
            async with transaction() if request.method == "POST" else reading() as tx:
                visit = await self._visit(tx, request, fields)
                shown = await page(tx, visit) if visit else None
            if shown is None:
                await self._unknown_codes.count(client)
            return shown or self._views.unknown(request)

        return answer

    async def _visit(self, tx: Transaction, request: Request, fields: Mapping[str, str]) -> Visit | None:
        code = read_code(request.path_params["code"])
        if code is None:
            return None
        lookup = self._codes.lookup(code)
        found = await store.find(tx, lookup)
        if found is None:
            return None
        form = self._forms.version(found.survey, found.questionnaire_version)
        return Visit(found, form, lookup, urls_of(request, code), request.path_params.get("page", 0), fields)
