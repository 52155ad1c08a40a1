"""Inclusion: reads the register extracts, starts the waves, and draws whom they ask.

Consumes WaveRequested.
Publishes DeliveryRead, DeliveryRefused, PatientIncluded, SelectionFinished, WaveHeld, WaveStarted.
"""

from functools import partial
from pathlib import Path

import uvloop
from pydantic import Field

from services.inclusion import handlers, profiles, rounds
from services.inclusion.extract.database import Engine
from services.inclusion.extract.folder import DropFolder
from services.inclusion.extract.selection import Selections
from shared import surveys
from shared.events import WaveRequested
from shared.privacy import Pseudonyms, Sealer, read_key
from shared.runtime import Settings, copy_id, now, serve


class InclusionSettings(Settings):
    drop: Path = Field(description="The folder into which deliveries are put; it must be there.")
    pseudonym_key: str = Field(description="Secret: what pseudonyms are made with; 32 bytes in url-safe base64.")
    sealing_public_key: str = Field(description="What CPR numbers are sealed with, for dispatch alone; written alike.")
    unlikely_rejects: float = Field(
        default=0.2, ge=0, le=1, description="A wave is held where more of a delivery's rows were rejected: a share."
    )
    reading_memory: str = Field(default="600MB", description="What reading an extract may use before it goes to disk.")


async def main() -> None:
    settings = InclusionSettings()  # pyright: ignore[reportCallIssue] - read from the environment
    known, written = surveys.load(), profiles.load()
    folder = DropFolder(settings.drop)
    folder.sweep()
    pseudonyms = Pseudonyms(read_key(settings.pseudonym_key, "PULS_PSEUDONYM_KEY"))
    sealer = Sealer(read_key(settings.sealing_public_key, "PULS_SEALING_PUBLIC_KEY"))
    engine = Engine(settings.reading_memory)
    with Selections(folder, engine) as selections:
        await serve(
            "inclusion",
            settings,
            reads={WaveRequested: partial(handlers.on_wave_requested, surveys=known)},
            rounds=[
                rounds.read_deliveries(folder, written, engine, copy_id(), now),
                rounds.start_waves(known, folder, written, settings.unlikely_rejects),
                rounds.tell_selections(folder, engine, selections, pseudonyms, sealer, copy_id()),
            ],
        )


if __name__ == "__main__":
    uvloop.run(main())
