"""What a sender and a watcher say to the stand-in of Digital Post."""

from io import BytesIO
from json import loads
from typing import Any

import aiohttp

from tests.sandbox.memos import mass, memo, uuid

KEY = "puls:synthetic-key"


class Client:
    """Speaks to whatever listens at `root`, with the right key."""

    root: str

    async def say(self, method: str, path: str, status: int = 200, **more: Any) -> Any:
        """The answer's JSON, NDJSON as a list, or else bytes; the status must be the one expected."""
        headers = {"Authorization": aiohttp.encode_basic_auth(*KEY.split(":"))} | more.pop("headers", {})
        async with (
            aiohttp.ClientSession() as session,
            session.request(method, self.root + path, headers=headers, **more) as answer,
        ):
            body = await answer.read()
            assert answer.status == status, (answer.status, body)
            if answer.content_type == "application/x-ndjson":
                return [loads(line) for line in body.splitlines()]
            return loads(body) if answer.content_type == "application/json" else body

    async def hand_over(self, number: int, xml: bytes | None = None, status: int = 201) -> Any:
        """One message by the single form."""
        path = f"/apis/v1/memos/?memo-message-uuid={uuid(number)}"
        return await self.say(
            "POST", path, status, data=xml or memo(number), headers={"Content-Type": "application/xml"}
        )

    async def hand_over_archive(self, body: bytes | BytesIO, status: int = 201) -> Any:
        """The mass form."""
        headers = {"Content-Type": "application/x-lzma"}
        return await self.say("POST", "/apis/v1/memos/", status, data=body, headers=headers)

    async def hand_over_many(self, *numbers: int) -> Any:
        """Valid messages of these numbers by the mass form."""
        return await self.hand_over_archive(mass(numbers))

    async def receipts(self) -> list[dict[str, Any]]:
        """Every receipt that is to be had."""
        return await self.say("GET", "/apis/v1/receipts-bulk/?limit=10000")

    async def told(self) -> list[tuple[str, str, str | None]]:
        """The same, as messageUUID, receiptStatus and errorCode."""
        return [(each["messageUUID"], each["receiptStatus"], each["errorCode"]) for each in await self.receipts()]

    async def mailbox(self) -> list[str]:
        """The UUIDs of the accepted messages, in the order they were accepted."""
        return [message["messageUUID"] for message in await self.say("GET", "/messages")]

    async def due(self) -> str | None:
        """When it says that it has something to do."""
        return (await self.say("GET", "/status"))["due"]
