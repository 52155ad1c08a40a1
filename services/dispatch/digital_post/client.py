"""Digital Post's own REST interface, with the mass form for letters and the pull of receipts."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from services.dispatch.digital_post.archive import CONTENT_TYPE, packed
from services.dispatch.digital_post.door import Handed, Outcome, Parcel, Receipt, ReceiptStatus, Registration
from services.dispatch.digital_post.error_codes import ErrorCodes, Then
from services.dispatch.outside import Away, Mistaken, Outside, Rejected, Unsettled


def authorization(api_key: str) -> dict[str, str]:
    """The header that names the sending system. The key comes ready for it."""
    return {"Authorization": f"Basic {api_key}"}


class DigitalPostClient:
    """Speaks to the interface through `outside`, whose base ends in /apis/v1/."""

    def __init__(self, outside: Outside, codes: ErrorCodes, receipts_at_once: int = 2000) -> None:
        self._outside = outside
        self._codes = codes
        self._receipts_at_once = receipts_at_once

    async def submit(self, parcels: Sequence[Parcel]) -> Sequence[Outcome]:
        """One transmission. If it is refused, its halves are sent, until what is bad stands alone."""
        if not parcels:
            return []
        try:
            await self._transmit(parcels)
        except Away:
            return _all(parcels, Handed.LATER)
        except Unsettled:
            return _all(parcels, Handed.UNKNOWN)
        except Rejected as rejected:
            return await self._without_the_bad(parcels, rejected.code)
        return _all(parcels, Handed.ACCEPTED)

    async def _transmit(self, parcels: Sequence[Parcel]) -> None:
        body = await asyncio.to_thread(packed, parcels)
        await self._outside.call("POST", "memos/", data=body, headers={"Content-Type": CONTENT_TYPE})

    async def _without_the_bad(self, parcels: Sequence[Parcel], code: str) -> Sequence[Outcome]:
        if self._codes.of(code).then is Then.STOP:
            raise Mistaken(
                f"Digital Post: POST memos/ was refused as {code}: the fault lies in how we send, not in a letter"
            )
        if len(parcels) == 1:
            return _all(parcels, Handed.REFUSED, code)
        middle = len(parcels) // 2
        return [*await self.submit(parcels[:middle]), *await self.submit(parcels[middle:])]

    async def receipts(self) -> Sequence[Receipt]:
        waiting = await self._outside.listed("receipts-bulk/", [("limit", str(self._receipts_at_once))])
        return [_receipt(entry) for entry in waiting]

    async def forget(self, receipts: Sequence[str]) -> None:
        await self._outside.call("DELETE", "receipts-bulk/", json={"ids": list(receipts)})

    async def lookup(self, numbers: Sequence[str]) -> Mapping[str, Registration]:
        told = await self._outside.asked_about("contacts/", numbers, "publicRegistrationStatus")
        return {number: _registration(told.get(number)) for number in numbers}


def _all(parcels: Sequence[Parcel], handed: Handed, code: str | None = None) -> list[Outcome]:
    return [Outcome(parcel.uuid, handed, code) for parcel in parcels]


def _registration(told: str | None) -> Registration:
    return Registration(told) if told in list(Registration) else Registration.UNKNOWN


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
