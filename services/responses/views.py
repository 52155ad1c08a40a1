"""What each page shows. Knows no database and no request but its address."""

from collections.abc import Mapping
from types import SimpleNamespace

from fastapi import Request, Response

from services.responses import screening
from services.responses.questionnaire import Answers, Form
from services.responses.rendering import At, Renderer, asked_at, methods_of
from services.responses.store import Found


class Views:
    def __init__(self, renderer: Renderer) -> None:
        self._renderer = renderer
        self._words = renderer.words
        self.static = renderer.static.response

    def code(self, at: At, typed: str | None = None) -> Response:
        """With what was typed, where that cannot be a code."""
        words = self._words[at.language]
        errors = {} if typed is None else {"code": words.code_wrong}
        status = 400 if errors else 200
        return self._renderer.page("code", at, title=words.code_title, status=status, errors=errors, typed=typed or "")

    def start(self, form: Form, answers: Answers, at: At) -> Response:
        questionnaire = form.questionnaire
        return self._renderer.page(
            "start",
            at,
            title=questionnaire.title.in_language(at.language),
            introduction=questionnaire.introduction.in_language(at.language),
            begun=bool(answers),
        )

    def ended(self, found: Found, at: At) -> Response:
        """How the invitation ended, and where something came too late, that it was not kept."""
        words = self._words[at.language]
        page = {"complete": "thanks", "declined": "declined", "opted_out": "opted-out"}.get(found.state, "closed")
        title, text = (getattr(words, f"{page.replace('-', '_')}_{part}") for part in ("title", "text"))
        return self._renderer.message(page, at, title, text, may_opt_out=not found.opted_out)

    def group(
        self, form: Form, page: int, answers: Answers, at: At, too_long: Mapping[str, int] | None = None
    ) -> Response:
        """`too_long` names the questions whose text has more characters than may be, and how many."""
        words, group = self._words[at.language], form.groups[page - 1]
        most = {question.name: question.at_most_characters for question in group.questions}
        errors = {
            name: words.group_too_long.format(length=length, most=most[name])
            for name, length in (too_long or {}).items()
        }
        return self._renderer.page(
            "group",
            at,
            title=group.title.in_language(at.language),
            status=400 if errors else 200,
            errors=errors,
            group=group,
            scales=form.questionnaire.scales,
            answers=answers,
            page=page,
            pages=len(form.groups),
        )

    def review(self, form: Form, answers: Answers, at: At, errors: Mapping[str, str] | None = None) -> Response:
        return self._renderer.page(
            "review",
            at,
            title=self._words[at.language].review_title,
            status=400 if errors else 200,
            errors=errors,
            groups=form.groups,
            chosen=form.in_words(answers, at.language),
            struck={name for name, value in answers.items() if screening.was_struck(value)},
        )

    def review_of_nothing(self, form: Form, at: At) -> Response:
        """Where it was sent without a single answer."""
        return self.review(form, {}, at, {"submit": self._words[at.language].review_nothing})

    def paused(self, at: At) -> Response:
        words = self._words[at.language]
        onward = (at.start, words.paused_continue)
        return self._renderer.message("paused", at, words.paused_title, words.paused_text, onward=onward)

    def confirm_decline(self, at: At) -> Response:
        words = self._words[at.language]
        return self._renderer.page(
            "confirm",
            at,
            page="confirm-decline",
            title=words.confirm_decline_title,
            text=words.confirm_decline_text,
            confirm=words.confirm_decline_confirm,
            action=at.decline,
        )

    def confirm_opt_out(self, at: At) -> Response:
        words = self._words[at.language]
        return self._renderer.page(
            "confirm",
            at,
            page="confirm-opt-out",
            title=words.confirm_opt_out_title,
            text=words.confirm_opt_out_text,
            confirm=words.confirm_opt_out_confirm,
            action=at.opt_out,
        )

    def opted_out(self, at: At) -> Response:
        words = self._words[at.language]
        return self._renderer.message("opted-out", at, words.opted_out_title, words.opted_out_text)

    def unknown(self, request: Request) -> Response:
        at, words = self._place(request)
        onward = (at.code_page, words.unknown_retry)
        return self._renderer.message("unknown", at, words.unknown_title, words.unknown_text, status=404, onward=onward)

    def wait(self, request: Request) -> Response:
        at, words = self._place(request)
        return self._renderer.message("unknown", at, words.wait_title, words.wait_text, status=429)

    async def problem(self, request: Request, error: Exception) -> Response:
        at, words = self._place(request)
        return self._renderer.message("problem", at, words.problem_title, words.problem_text, status=400)

    async def wrong_method(self, request: Request, error: Exception) -> Response:
        at, words = self._place(request)
        shown = self._renderer.message("problem", at, words.problem_title, words.problem_text, status=405)
        shown.headers["Allow"] = methods_of(request)
        return shown

    async def trouble(self, request: Request, error: Exception) -> Response:
        at, words = self._place(request)
        return self._renderer.message("problem", at, words.trouble_title, words.trouble_text, status=503)

    async def missing(self, request: Request, error: Exception | None = None) -> Response:
        at, words = self._place(request)
        onward = (at.code_page, words.unknown_retry)
        return self._renderer.message("unknown", at, words.missing_title, words.missing_text, status=404, onward=onward)

    def _place(self, request: Request) -> tuple[At, SimpleNamespace]:
        at = asked_at(request)
        return at, self._words[at.language]
