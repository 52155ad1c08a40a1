"""What inclusion does about what it hears."""

from collections.abc import Mapping, Sequence

from services.inclusion.domain.wave import name_of
from services.inclusion.store import waves
from shared.events import Event, Refused, WaveRequested
from shared.runtime import Transaction
from shared.surveys import Survey


async def on_wave_requested(
    tx: Transaction, requested: Sequence[WaveRequested], *, surveys: Mapping[str, Survey]
) -> Sequence[Event]:
    """Keeps what is wanted of whole waves; a round starts what is to be running.

    Once a wave began, its selection is told to the end whatever is wanted: whoever decides and sends reads the same
    request, and so everybody stays accounted for. One that stands still is tried again when it is wanted to run.
    Requests about single units are for them alone.
    """
    for one in requested:
        _accept(one, surveys)
    of_whole_waves = [one for one in requested if not one.units]
    await waves.keep_requests(tx, of_whole_waves)
    await waves.try_again(tx, of_whole_waves)
    return []


def _accept(requested: WaveRequested, surveys: Mapping[str, Survey]) -> None:
    if requested.survey not in surveys:
        raise Refused("survey_unknown", f"one of {', '.join(sorted(surveys))}")
    expected = name_of(requested.survey, requested.month)
    if requested.wave != expected:
        raise Refused("wave_misnamed", f"{expected}, after its survey and month")
