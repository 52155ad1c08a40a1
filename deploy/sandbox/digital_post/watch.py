"""What the stand-in tells those who watch it, which the real one does not: mailboxes, attempts, faults, rest."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from json import dumps
from typing import Any

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from deploy.sandbox.digital_post.office import PostOffice
from deploy.sandbox.digital_post.receipts import stamp
from deploy.sandbox.digital_post.refusals import Refused
from deploy.sandbox.faults import Faults
from shared.runtime.clock import DENMARK, Clock

AT_A_TIME = 5_000
ACTS_AT = [0, 12]
"""Danish hours at which a sender collects receipts when time is stepped."""


@dataclass
class Watch:
    """The endpoints beside the interface. They need no key: they are for this machine alone."""

    office: PostOffice
    clock: Clock
    under_way: Callable[[], int]

    def routes(self) -> list[Route]:
        """Paths from the root."""
        return [
            Route("/messages", self.messages, methods=["GET"]),
            Route("/messages/{message_uuid}", self.message, methods=["GET"]),
            Route("/refusals", self.refusals, methods=["GET"]),
            Route("/duplicates", self.duplicates, methods=["GET"]),
            Route("/lookups", self.lookups, methods=["GET"]),
            Route("/attempts", self.attempts, methods=["GET"]),
            Route("/faults", self.faults, methods=["GET"]),
            Route("/faults", self.set_faults, methods=["PUT"]),
            Route("/status", self.status, methods=["GET"]),
        ]

    def messages(self, request: Request) -> Response:
        """Accepted messages; WAITING until the value date, then IN_MAILBOX."""
        today = f"{self.clock.now().astimezone(DENMARK).date()}"

        def line(row: dict[str, Any]) -> dict[str, Any]:
            status = "IN_MAILBOX" if row["deliver_from"] <= today else "WAITING"
            return _renamed(row) | {"status": status}

        return self._lines("messages", request, line)

    def message(self, request: Request) -> Response:
        """The message's bytes as they came."""
        content = self.office.store.message(request.path_params["message_uuid"])
        if content is None:
            raise Refused("message.not.found")
        return Response(content, media_type="application/xml")

    def refusals(self, request: Request) -> Response:
        """Messages that were refused, each time they were, and whether an answer or a receipt ever tells it."""
        return self._lines("refusals", request, lambda row: _renamed(row) | {"told": bool(row["told"])})

    def duplicates(self, request: Request) -> Response:
        """Accepted messages that were handed over again, each time they were."""
        return self._lines(
            "duplicates", request, lambda row: _renamed(row) | {"same_content": bool(row["same_content"])}
        )

    def lookups(self, request: Request) -> Response:
        """Numbers that were looked up in the contact register, with what was told (null: unknown) and when."""
        return self._lines("lookups", request, _renamed)

    def attempts(self, _: Request) -> Response:
        """Requests to the interface by kind and outcome: an HTTP status, or `cut`."""
        told: dict[str, dict[str, int]] = {}
        for request, outcome, number in self.office.store.attempts():
            told.setdefault(request, {})[outcome] = number
        return JSONResponse(told)

    def faults(self, _: Request) -> Response:
        """The faults in force."""
        return JSONResponse(self.office.faults.model_dump(mode="json"))

    async def set_faults(self, request: Request) -> Response:
        """Puts these faults in force until the process ends; what is not named goes right."""
        try:
            self.office.faults = Faults.model_validate_json(await request.body())
        except ValidationError as error:
            return JSONResponse({"errors": error.errors(include_url=False, include_input=False)}, status_code=400)
        return JSONResponse(self.office.faults.model_dump(mode="json"))

    def status(self, _: Request) -> Response:
        """Whether it rests. `due` is when the next receipt will be to be had; those that are wait for their sender."""
        now = stamp(self.clock.now())
        due = self.office.store.next_receipt(now)
        return JSONResponse({"now": now, "due": due, "busy": self.under_way(), "acts_at": ACTS_AT})

    def _lines(self, name: str, request: Request, line: Callable[[dict[str, Any]], dict[str, Any]]) -> Response:
        """NDJSON of what came after the sequence `after`."""
        after = request.query_params.get("after", "0")
        if not after.isdecimal():
            raise Refused("request.invalid", "after", "expected a sequence")

        def chunks() -> Iterator[str]:
            last = int(after)
            while rows := self.office.store.listed(name, last, AT_A_TIME):
                last = rows[-1]["sequence"]
                yield "".join(dumps(line(row), ensure_ascii=False) + "\n" for row in rows)

        return StreamingResponse(chunks(), media_type="application/x-ndjson")


def _renamed(row: dict[str, Any]) -> dict[str, Any]:
    """The message's id is written as the interface writes it."""
    return {"messageUUID" if name == "message_uuid" else name: value for name, value in row.items()}
