"""What an operator requests of a wave, by page or by API. Done whole, or refused as a Problem."""

from pydantic import BaseModel, Field

from services.console.domain.account import Wave
from services.console.domain.problem import Problem
from services.console.domain.waves import TRANSITIONS, WaveAction, months_to_ask_about, wave_name
from services.console.store import accounts, requests, waves
from shared.events import Wanted, WaveRequested
from shared.runtime import now, publish, transaction
from shared.surveys import DENMARK, Surveys


class Requested(BaseModel):
    """What is wanted of a wave from now on."""

    wave: str
    wanted: Wanted
    revision: int = Field(description="Which request it was, counted from 1; 0: the wave runs by its schedule.")


def startable(survey: str, month: str, surveys: Surveys) -> str:
    """The wave's name. Raises Problem for what nobody could start."""
    if survey not in surveys:
        raise Problem(
            422,
            "no survey of that name is defined",
            expected=f"one of: {', '.join(surveys)}",
            what_to_do="choose one of them, or define the survey in contracts/surveys",
        )
    maximum_age = surveys[survey].eligibility.maximum_age_of_contact_days
    first, last = months_to_ask_about(now().astimezone(DENMARK).date(), maximum_age)
    if not first <= month <= last:
        old = f"every contact of {month} is older than the {maximum_age} days after which {survey} asks nobody"
        raise Problem(
            422,
            f"{month} is not over" if month > last else old,
            expected=f"a month of contacts from {first} to {last}",
            what_to_do="choose a month that is over and not too long ago",
        )
    return wave_name(survey, month)


async def request_wave(wave: str, action: WaveAction, by: str) -> Requested:
    """Records and publishes the request in somebody's name; one that changes nothing is no new revision."""
    async with transaction() as tx:
        latest = await requests.latest(tx, wave)
        wanted = wanted_after(wave, latest.wanted, action)
        found = await accounts.waves(tx, wave)
        if action != "start":
            not_ended(*found)
        if wanted == latest.wanted and not any(known.status == "held" for known in found):
            return Requested(wave=wave, wanted=wanted, revision=latest.revision)
        request = _request(wave, latest.revision + 1, wanted, by)
        await waves.add(tx, [wave])
        await requests.add(tx, [request])
        await publish(tx, request)
    return Requested(wave=wave, wanted=wanted, revision=request.revision)


def wanted_after(wave: str, wanted: Wanted | None, action: WaveAction) -> Wanted:
    """What is wanted of the wave after the action. Raises Problem where the action does not apply."""
    if wanted is None and action != "start":
        raise unknown_wave(wave)
    after = TRANSITIONS.get((wanted, action))
    if after is None:
        raise _refused(wave, wanted, action)
    return after


def not_ended(wave: Wave) -> None:
    """Raises Problem for a wave in which nothing is left to hold or to end."""
    if wave.status == "ended":
        raise Problem(
            409,
            f"the wave {wave.wave} has ended: nobody in it is in flight",
            expected="a wave that runs or is paused",
            what_to_do="look at its page",
        )


def unknown_wave(wave: str) -> Problem:
    return Problem(
        404,
        f"no wave called {wave} has started or was requested",
        expected="a wave of the list of waves",
        what_to_do="look at the list, or request the wave",
    )


def _request(wave: str, revision: int, wanted: Wanted, by: str) -> WaveRequested:
    survey, year, month = wave.rsplit("-", 2)
    return WaveRequested(
        wave=wave,
        survey=survey,
        month=f"{year}-{month}",
        revision=revision,
        wanted=wanted,
        requested_by=by,
        occurred_at=now(),
    )


def _refused(wave: str, wanted: Wanted | None, action: WaveAction) -> Problem:
    if wanted == "stopped":
        expected = "a wave that runs or is paused: a stopped one never resumes, for its unsent letters were ended"
        return Problem(
            409, f"the wave {wave} was stopped", expected=expected, what_to_do="ask these patients in a later wave"
        )
    return Problem(
        409,
        f"the wave {wave} is {wanted}, so `{action}` does not apply",
        expected="a wave that runs or was never started",
        what_to_do="resume it",
    )
