"""What each page shows. Knows no database and no request but its address."""

from collections.abc import Mapping
from types import SimpleNamespace

from fastapi import Request, Response

from services.responses import screening
from services.responses.questionnaire import Answers, Form
from services.responses.rendering import PageUrls, Renderer, methods_of, urls_of
from services.responses.store import Found


class Views:
    def __init__(self, renderer: Renderer) -> None:
        self._renderer = renderer
        self._words = renderer.words
        self.static = renderer.static.response

    def code(self, urls: PageUrls, typed: str | None = None) -> Response:
        """With what was typed, where that cannot be a code."""
        words = self._words[urls.language]
        errors = {} if typed is None else {"code": words.code_wrong}
        status = 400 if errors else 200
        return self._renderer.page(
            "code", urls, title=words.code_title, status=status, errors=errors, typed=typed or ""
        )

    def start(self, form: Form, answers: Answers, urls: PageUrls) -> Response:
        questionnaire = form.questionnaire
        return self._renderer.page(
            "start",
            urls,
            title=questionnaire.title.in_language(urls.language),
            introduction=questionnaire.introduction.in_language(urls.language),
            begun=bool(answers),
        )

    def ended(self, found: Found, urls: PageUrls) -> Response:
        """How the invitation ended, and where something came too late, that it was not kept."""
        words = self._words[urls.language]
        page = {"complete": "thanks", "declined": "declined", "opted_out": "opted-out"}.get(found.state, "closed")
        title, text = (getattr(words, f"{page.replace('-', '_')}_{part}") for part in ("title", "text"))
        return self._renderer.message(page, urls, title, text, may_opt_out=not found.opted_out)

    def group(
        self, form: Form, page: int, answers: Answers, urls: PageUrls, too_long: Mapping[str, int] | None = None
    ) -> Response:
        """`too_long` names the questions whose text has more characters than may be, and how many."""
        words, group = self._words[urls.language], form.groups[page - 1]
        most = {question.name: question.at_most_characters for question in group.questions}
        errors = {
            name: words.group_too_long.format(length=length, most=most[name])
            for name, length in (too_long or {}).items()
        }
        return self._renderer.page(
            "group",
            urls,
            title=group.title.in_language(urls.language),
            status=400 if errors else 200,
            errors=errors,
            group=group,
            scales=form.questionnaire.scales,
            answers=answers,
            page=page,
            pages=len(form.groups),
        )

    def review(self, form: Form, answers: Answers, urls: PageUrls, errors: Mapping[str, str] | None = None) -> Response:
        return self._renderer.page(
            "review",
            urls,
            title=self._words[urls.language].review_title,
            status=400 if errors else 200,
            errors=errors,
            groups=form.groups,
            chosen=form.in_words(answers, urls.language),
            struck={name for name, value in answers.items() if screening.was_struck(value)},
        )

    def review_of_nothing(self, form: Form, urls: PageUrls) -> Response:
        """Where it was sent without a single answer."""
        return self.review(form, {}, urls, {"submit": self._words[urls.language].review_nothing})

    def paused(self, urls: PageUrls) -> Response:
        words = self._words[urls.language]
        onward = (urls.start, words.paused_continue)
        return self._renderer.message("paused", urls, words.paused_title, words.paused_text, onward=onward)

    def confirm_decline(self, urls: PageUrls) -> Response:
        words = self._words[urls.language]
        return self._renderer.page(
            "confirm",
            urls,
            page="confirm-decline",
            title=words.confirm_decline_title,
            text=words.confirm_decline_text,
            confirm=words.confirm_decline_confirm,
            action=urls.decline,
        )

    def confirm_opt_out(self, urls: PageUrls) -> Response:
        words = self._words[urls.language]
        return self._renderer.page(
            "confirm",
            urls,
            page="confirm-opt-out",
            title=words.confirm_opt_out_title,
            text=words.confirm_opt_out_text,
            confirm=words.confirm_opt_out_confirm,
            action=urls.opt_out,
        )

    def opted_out(self, urls: PageUrls) -> Response:
        words = self._words[urls.language]
        return self._renderer.message("opted-out", urls, words.opted_out_title, words.opted_out_text)

    def unknown(self, request: Request) -> Response:
        urls, words = self._place(request)
        onward = (urls.code_page, words.unknown_retry)
        return self._renderer.message(
            "unknown", urls, words.unknown_title, words.unknown_text, status=404, onward=onward
        )

    def wait(self, request: Request) -> Response:
        urls, words = self._place(request)
        return self._renderer.message("unknown", urls, words.wait_title, words.wait_text, status=429)

    async def problem(self, request: Request, error: Exception) -> Response:
        urls, words = self._place(request)
        return self._renderer.message("problem", urls, words.problem_title, words.problem_text, status=400)

    async def wrong_method(self, request: Request, error: Exception) -> Response:
        urls, words = self._place(request)
        shown = self._renderer.message("problem", urls, words.problem_title, words.problem_text, status=405)
        shown.headers["Allow"] = methods_of(request)
        return shown

    async def trouble(self, request: Request, error: Exception) -> Response:
        urls, words = self._place(request)
        return self._renderer.message("problem", urls, words.trouble_title, words.trouble_text, status=503)

    async def missing(self, request: Request, error: Exception | None = None) -> Response:
        urls, words = self._place(request)
        onward = (urls.code_page, words.unknown_retry)
        return self._renderer.message(
            "unknown", urls, words.missing_title, words.missing_text, status=404, onward=onward
        )

    def _place(self, request: Request) -> tuple[PageUrls, SimpleNamespace]:
        urls = urls_of(request)
        return urls, self._words[urls.language]
