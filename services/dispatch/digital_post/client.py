"""Client of Digital Post's REST interface: letters are submitted in its mass form, receipts are polled."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

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
from services.dispatch.http_client import HttpClient, Misconfigured, OutcomeUnknown, Rejected, Unavailable


def authorization(api_key: str) -> dict[str, str]:
    """The header that names the sending system. The key comes ready for it."""
    return {"Authorization": f"Basic {api_key}"}


class DigitalPostClient:
    """Speaks through `http`, whose base address ends in /apis/v1/."""

    def __init__(self, http: HttpClient, codes: ErrorCodes, receipts_at_once: int = 2000) -> None:
        self._http = http
        self._codes = codes
        self._receipts_at_once = receipts_at_once

    async def submit(self, messages: Sequence[OutgoingMessage]) -> Sequence[SubmitResult]:
        """One transmission. If it is refused, its halves are sent, until the bad message stands alone."""
        if not messages:
            return []
        try:
            await self._transmit(messages)
        except Unavailable:
            return _all(messages, SubmitStatus.NOT_TAKEN)
        except OutcomeUnknown:
            return _all(messages, SubmitStatus.UNKNOWN)
        except Rejected as rejected:
            return await self._in_halves(messages, rejected.code)
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
        return [*await self.submit(messages[:middle]), *await self.submit(messages[middle:])]

    async def receipts(self) -> Sequence[Receipt]:
        waiting = await self._http.get_list("receipts-bulk/", [("limit", str(self._receipts_at_once))])
        return [_receipt(entry) for entry in waiting]

    async def delete_receipts(self, receipts: Sequence[str]) -> None:
        await self._http.request("DELETE", "receipts-bulk/", json={"ids": list(receipts)})

    async def lookup(self, numbers: Sequence[str]) -> Mapping[str, Registration]:
        statuses = await self._http.look_up("contacts/", numbers, "publicRegistrationStatus")
        return {number: _registration(statuses.get(number)) for number in numbers}


def _all(messages: Sequence[OutgoingMessage], status: SubmitStatus, code: str | None = None) -> list[SubmitResult]:
    return [SubmitResult(message.uuid, status, code) for message in messages]


def _registration(status: str | None) -> Registration:
    return Registration(status) if status in list(Registration) else Registration.UNKNOWN


def _receipt(entry: Mapping[str, Any]) -> Receipt:
    """Never raises: one receipt that cannot be read holds up no other."""
    try:
        return Receipt(
            id=str(entry["id"]),
            message=UUID(entry["messageUUID"]) if entry.get("messageUUID") else None,
            status=ReceiptStatus(entry["receiptStatus"]),
            code=entry.get("errorCode"),
            at=datetime.fromisoformat(entry["timeStamp"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        return Receipt(str(entry.get("id")), None, ReceiptStatus.UNREADABLE, None, None)
