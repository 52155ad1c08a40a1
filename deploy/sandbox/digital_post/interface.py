"""The interface as senders know it, under /apis/v1/: memos, receipts, contacts."""

import logging
from dataclasses import dataclass
from json import JSONDecodeError, loads

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from deploy.sandbox.digital_post import archive
from deploy.sandbox.digital_post.memo import LARGEST
from deploy.sandbox.digital_post.office import Letter, PostOffice
from deploy.sandbox.digital_post.receipts import Receipt, stamp
from deploy.sandbox.digital_post.refusals import Refused
from deploy.sandbox.digital_post.values import UUID_4
from shared.runtime.clock import Clock

MOST_CONTACTS_AT_ONCE = 1_000
MOST_RECEIPTS_AT_ONCE = 10_000
ONE_PAGE = 100
"""Assumed: what the real interface allows at once is not public."""

log = logging.getLogger("digital_post")


@dataclass
class Interface:
    """The endpoints. Transmissions are judged one at a time, away from the loop that answers everybody else."""

    office: PostOffice
    clock: Clock

    def __post_init__(self) -> None:
        self._one_at_a_time = CapacityLimiter(1)

    def routes(self) -> list[Route]:
        """Paths as they stand below /apis/v1."""
        return [
            Route("/memos/", self.take, methods=["POST"]),
            Route("/receipts/", self.page_of_receipts, methods=["GET"]),
            Route("/receipts/{receipt_id}", self.one_receipt, methods=["GET"]),
            Route("/receipts/{receipt_id}", self.delete_receipt, methods=["DELETE"]),
            Route("/receipts-bulk/", self.many_receipts, methods=["GET"]),
            Route("/receipts-bulk/", self.delete_receipts, methods=["DELETE"]),
            Route("/contacts/", self.contacts, methods=["GET"]),
        ]

    async def take(self, request: Request) -> Response:
        """One message as XML, or many as tar.lzma."""
        content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        body = await _body(request)
        if content_type == "application/xml":
            receipt = await self._take_one(request.query_params.get("memo-message-uuid", ""), body)
        elif content_type == "application/x-lzma":
            receipt = await self._take_many(body)
        else:
            raise Refused("content.type.not.allowed", "Content-Type", "another type")
        return JSONResponse(receipt.as_json(), status_code=201)

    async def _take_one(self, message_uuid: str, body: bytes) -> Receipt:
        if not UUID_4.fullmatch(message_uuid):
            raise Refused("request.invalid", "memo-message-uuid", "expected a UUID of version 4")
        letter = Letter(message_uuid.lower(), body)
        return await to_thread.run_sync(self.office.take_one, letter, self.clock.now(), limiter=self._one_at_a_time)

    async def _take_many(self, body: bytes) -> Receipt:
        def take() -> Receipt:
            letters = [Letter(*letter) for letter in archive.letters(body)]
            receipt, counted = self.office.take_many(letters, self.clock.now())
            log.info("took a transmission: %s", dict(counted))
            return receipt

        return await to_thread.run_sync(take, limiter=self._one_at_a_time)

    def page_of_receipts(self, request: Request) -> Response:
        """Ids of receipts that are to be had, page by page from 0."""
        page, size = _number(request, "page", 0, 1_000_000), _number(request, "size", ONE_PAGE, MOST_RECEIPTS_AT_ONCE)
        now = stamp(self.clock.now())
        total = self.office.store.count_receipts(now)
        found = self.office.store.receipts(now, size, page * size)
        return JSONResponse(
            {
                "currentPage": page,
                "totalPages": -(-total // max(size, 1)),
                "elementsOnPage": len(found),
                "totalElements": total,
                "receipts": [{"id": receipt_id} for receipt_id, _ in found],
            }
        )

    def one_receipt(self, request: Request) -> Response:
        """The receipt; with `delete=true` for the last time."""
        receipt_id, now = request.path_params["receipt_id"], stamp(self.clock.now())
        receipt = self.office.store.receipt(receipt_id, now)
        if receipt is None:
            raise Refused("receipt.not.found")
        if request.query_params.get("delete") == "true":
            self.office.store.delete_receipts([receipt_id], now)
        return JSONResponse({"id": receipt_id, **loads(receipt)})

    def many_receipts(self, request: Request) -> Response:
        """The receipts themselves, as many as `limit` says, those first that are to be had first."""
        limit = _number(request, "limit", ONE_PAGE, MOST_RECEIPTS_AT_ONCE)
        found = self.office.store.receipts(stamp(self.clock.now()), limit, 0)
        listed = ",".join(f'{{"id":"{receipt_id}",{receipt[1:]}' for receipt_id, receipt in found)
        return Response(f"[{listed}]", media_type="application/json")

    def delete_receipt(self, request: Request) -> Response:
        """204, whether or not it was still there."""
        self.office.store.delete_receipts([request.path_params["receipt_id"]], stamp(self.clock.now()))
        return Response(status_code=204)

    async def delete_receipts(self, request: Request) -> Response:
        """All receipts named in `{"ids": [...]}`; those already deleted do no harm."""
        try:
            ids = loads(await _body(request))["ids"]
        except (JSONDecodeError, UnicodeDecodeError, KeyError, TypeError):
            raise Refused("request.invalid", "body", 'expected {"ids": [...]}') from None
        if not isinstance(ids, list) or not all(isinstance(each, str) for each in ids):
            raise Refused("request.invalid", "ids", "expected a list of receipt ids")
        now = stamp(self.clock.now())
        deleted = await to_thread.run_sync(self.office.store.delete_receipts, ids, now)
        return JSONResponse({"deleted": deleted})

    def contacts(self, request: Request) -> Response:
        """The contact register: who can receive. A number it does not know is left out."""
        asked = request.query_params.getlist("cprNumber")
        if not 1 <= len(asked) <= MOST_CONTACTS_AT_ONCE:
            raise Refused("request.invalid", "cprNumber", f"expected 1 to {MOST_CONTACTS_AT_ONCE} of them")
        found = dict(self.office.persons.of(asked))
        at = stamp(self.clock.now())
        statuses = {cpr: person.digital_post_status for cpr, person in found.items()}
        self.office.store.add_lookups([(cpr, statuses.get(cpr), at) for cpr in asked])
        return JSONResponse(
            [
                {"cprNumber": cpr, "publicRegistrationStatus": statuses[cpr], "nemSmsSubscription": person.nem_sms}
                for cpr, person in found.items()
            ]
        )


async def _body(request: Request) -> bytes:
    """The whole body. Raises Refused if it is larger than 99.5 MB; what is too much is read, but not kept."""
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size <= LARGEST:
            chunks.append(chunk)
        else:
            chunks.clear()
    if size > LARGEST:
        raise Refused("archive.size.too.large", "body", f"more than {LARGEST} bytes")
    return b"".join(chunks)


def _number(request: Request, name: str, default: int, most: int) -> int:
    written = request.query_params.get(name, str(default))
    if not written.isdecimal() or int(written) > most:
        raise Refused("request.invalid", name, f"expected a whole number up to {most}")
    return int(written)
