"""The synthetic patients: `python -m deploy.sandbox.patients`."""

import asyncio
import logging
import signal
from pathlib import Path

import aiohttp
import uvloop
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from deploy.sandbox.faults import Dice
from deploy.sandbox.patients.crowd import Addresses, Crowd
from deploy.sandbox.patients.diary import Diary
from deploy.sandbox.patients.mailbox import Mailbox
from deploy.sandbox.patients.watch import application
from deploy.sandbox.serving import server
from shared.runtime.clock import Clock


class Settings(BaseSettings):
    """Read from the environment, each with the prefix PULS_."""

    model_config = SettingsConfigDict(env_prefix="PULS_", hide_input_in_errors=True)

    port: int = Field(description="The port to listen on.")
    state: Path = Field(description="The folder that keeps what a restart must find again.")
    mailboxes_url: str = Field(description="Where the stand-in of Digital Post tells of its mailboxes.")
    answer_url: str = Field(description="How the links in the letters begin.")
    pages_url: str = Field(description="Where that is to be found on this machine.")
    host: str = Field(default="127.0.0.1", description="The address to listen on.")
    clock: str = Field(default="real", description="`real`, or `stepped:<path>` for demos and tests.")
    seed: str = Field(default="1", description="What all chance is made from.")
    concurrency: int = Field(default=16, ge=1, description="How many people visit the pages at once.")


async def main() -> None:
    """Until told to stop, or until the patients meet something that cannot be."""
    settings = Settings()  # pyright: ignore[reportCallIssue] — the environment gives what has no default
    clock, diary = Clock.of(settings.clock), Diary(settings.state)
    addresses = Addresses(settings.answer_url.rstrip("/"), settings.pages_url.rstrip("/"))
    async with aiohttp.TCPConnector(limit=0) as connections, aiohttp.ClientSession() as session:
        mailbox = Mailbox(session, settings.mailboxes_url)
        crowd = Crowd(diary, mailbox, addresses, Dice(settings.seed), clock, connections, settings.concurrency)
        watch = server(application(crowd, diary, clock), settings.host, settings.port)
        living = asyncio.create_task(crowd.live())
        living.add_done_callback(lambda _: setattr(watch, "should_exit", True))
        await watch.serve()
        if not living.done():
            living.cancel()
        await asyncio.wait([living])
    diary.close()
    if not living.cancelled():
        living.result()


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    for ending in (signal.SIGTERM, signal.SIGINT):
        signal.signal(ending, lambda *_: None)  # raised again by uvicorn when all is answered
    uvloop.run(main())
