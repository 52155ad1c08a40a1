"""Client of Digital Post's REST interface: letters are submitted in its mass form, receipts are polled."""

import asyncio
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import structlog

from services.dispatch.digital_post.archive import CONTENT_TYPE, packed
from services.dispatch.digital_post.error_codes import ErrorCodes
from services.dispatch.digital_post.interface import (
    OutgoingMessage,
    Receipt,
    ReceiptStatus,
    Registration,
    SubmitResult,
    SubmitStatus,
)
from services.dispatch.http_client import (
    BatchSize,
    HttpClient,
    Misconfigured,
    OutcomeUnknown,
    Rejected,
    TooSlow,
    Unavailable,
    readable_code,
)

_ID = re.compile(r"[\x21-\x7e]{1,200}")
_MESSAGES_AT_ONCE = 10_000
_DELETIONS_AT_ONCE = 10_000

log = structlog.get_logger()


def authorization(api_key: str) -> dict[str, str]:
    """The header that names the sending system. The key comes ready for it."""
    return {"Authorization": f"Basic {api_key}"}


class DigitalPostClient:
    """Speaks through `http`, whose base address ends in /apis/v1/."""

    def __init__(self, http: HttpClient, codes: ErrorCodes, receipts_at_once: int = 2000) -> None:
        self._http = http
        self._codes = codes
        self._messages = BatchSize(_MESSAGES_AT_ONCE)
        self._receipts = BatchSize(receipts_at_once)
        self._deletions = BatchSize(_DELETIONS_AT_ONCE)

    async def submit(self, messages: Sequence[OutgoingMessage]) -> Sequence[SubmitResult]:
        """One transmission, or several after one that was too slow."""
        results: list[SubmitResult] = []
        while len(results) < len(messages):
            start = len(results)
            results += await self._submit(messages[start : start + self._messages.now])
        return results

    async def _submit(self, messages: Sequence[OutgoingMessage]) -> Sequence[SubmitResult]:
        """One transmission. If it is refused, its halves are sent, until the bad message stands alone."""
        try:
            await self._transmit(messages)
        except Unavailable:
            return _all(messages, SubmitStatus.NOT_TAKEN)
        except OutcomeUnknown as error:
            if isinstance(error, TooSlow):
                self._messages.was_too_much(len(messages))
            return _all(messages, SubmitStatus.UNKNOWN)
        except Rejected as rejected:
            return await self._in_halves(messages, rejected.code)
        self._messages.worked()
        return _all(messages, SubmitStatus.ACCEPTED)

    async def _transmit(self, messages: Sequence[OutgoingMessage]) -> None:
        body = await asyncio.to_thread(packed, messages)
        await self._http.request("POST", "memos/", data=body, headers={"Content-Type": CONTENT_TYPE})

    async def _in_halves(self, messages: Sequence[OutgoingMessage], code: str) -> Sequence[SubmitResult]:
        if (listed := self._codes.of(code)).stops:
            raise Misconfigured(
                f"Digital Post: POST memos/ was refused as {code} ({listed.means}): the fault lies in how we send, "
                "not in a letter"
            )
        if len(messages) == 1:
            return _all(messages, SubmitStatus.REFUSED, code)
        middle = len(messages) // 2
        return [*await self._submit(messages[:middle]), *await self._submit(messages[middle:])]

    async def receipts(self) -> Sequence[Receipt]:
        limit = self._receipts.now
        try:
            waiting = await self._http.get_list("receipts-bulk/", [("limit", str(limit))])
        except (TooSlow, Rejected) as error:
            self._receipts.was_too_much(limit)
            if isinstance(error, TooSlow) or limit == 1:
                raise
            return await self.receipts()
        self._receipts.worked()
        return [receipt for entry in waiting if (receipt := _receipt(entry))]

    async def delete_receipts(self, receipts: Sequence[str]) -> Sequence[str]:
        first = receipts[: self._deletions.now]
        try:
            await self._http.request("DELETE", "receipts-bulk/", json={"ids": list(first)})
        except TooSlow:
            self._deletions.was_too_much(len(first))
            raise
        except Rejected as rejected:
            if len(first) > 1:
                self._deletions.was_too_much(len(first))
                return []
            log.warning("a receipt cannot be deleted", receipt=first[0], code=rejected.code)
        self._deletions.worked()
        return first

    async def lookup(self, numbers: Sequence[str]) -> Mapping[str, Registration]:
        statuses = await self._http.look_up("contacts/", numbers, "publicRegistrationStatus")
        return {number: _registration(statuses.get(number)) for number in numbers}


def _all(messages: Sequence[OutgoingMessage], status: SubmitStatus, code: str | None = None) -> list[SubmitResult]:
    return [SubmitResult(message.uuid, status, code) for message in messages]


def _registration(status: str | None) -> Registration:
    return Registration(status) if status in list(Registration) else Registration.UNKNOWN


def _receipt(entry: Mapping[str, Any]) -> Receipt | None:
    """Never raises: one receipt that cannot be read holds up no other. None: it has no id under which to store it."""
    receipt_id = entry.get("id")
    if not isinstance(receipt_id, str) or not _ID.fullmatch(receipt_id):
        log.warning("a receipt has no usable id")
        return None
    try:
        at = datetime.fromisoformat(entry["timeStamp"]).astimezone(UTC)
        message = UUID(entry["messageUUID"]) if entry.get("messageUUID") else None
        code = entry.get("errorCode")
        status = ReceiptStatus(entry["receiptStatus"])
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
        return Receipt(receipt_id, None, ReceiptStatus.UNREADABLE, None, None)
    return Receipt(receipt_id, message, status, code and (readable_code(code) or "unreadable_code"), at)
