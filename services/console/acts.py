"""What an operator asks for, by page or by API. Done whole, or refused as a Problem."""

from pydantic import BaseModel, Field

from services.console import watch
from services.console.domain.account import Wave
from services.console.domain.problem import Problem
from services.console.domain.waves import WAVE_LIFE, Asked, months_to_ask_about, wave_name
from services.console.ground import Ground
from services.console.store import accounts, requests, trail, waves
from services.console.watch import DoesNotAnswer, GoesOn
from shared.events import Wanted, WaveRequested
from shared.runtime import now, publish, transaction
from shared.surveys import DENMARK, Surveys

MOST_FAILURES = 100_000
"""That a service may be allowed before it stops itself again: so that no slip of the hand allows all."""


class Wish(BaseModel):
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


async def ask(wave: str, asked: Asked, by: str) -> Wish:
    """Wants it of the wave in somebody's name."""
    async with transaction() as tx:
        latest = await requests.latest(tx, wave)
        wanted = allowed(wave, latest.wanted, asked)
        found = await accounts.waves(tx, wave)
        if asked != "start":
            not_ended(*found)
        if wanted == latest.wanted and not any(one.standing == "held" for one in found):
            return Wish(wave=wave, wanted=wanted, revision=latest.revision)
        request = _request(wave, latest.revision + 1, wanted, by)
        await waves.add(tx, [wave])
        await requests.add(tx, [request])
        await publish(tx, request)
    return Wish(wave=wave, wanted=wanted, revision=request.revision)


def allowed(wave: str, wanted: Wanted | None, asked: Asked) -> Wanted:
    """What is wanted of the wave after that. Raises Problem where it cannot be asked."""
    if wanted is None and asked != "start":
        raise unknown_wave(wave)
    then = WAVE_LIFE.get((wanted, asked))
    if then is None:
        raise _refused(wave, wanted, asked)
    return then


def not_ended(wave: Wave) -> None:
    """Raises Problem for a wave in which nothing is left to hold or to end."""
    if wave.standing == "ended":
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


async def resume(service: str, stands: Ground, failures: int, by: str) -> None:
    """Lets a service go on that stopped itself; `failures` more are then no reason to stop again.

    Who asked is kept before it is told, so that there is a trail of whatever happens then.
    """
    if service not in stands.services:
        raise unknown_service(stands)
    async with transaction() as tx:
        act = await trail.add(tx, by, now(), "resume", service, failures)
    try:
        await watch.resume(stands.services[service], stands.key, failures)
    except GoesOn as refusal:
        await _nothing_came(act, str(refusal))
        raise _goes_on(service, refusal) from refusal
    except DoesNotAnswer as silence:
        await _nothing_came(act, str(silence))
        raise Problem(
            502,
            f"{service} could not be told to go on: {silence}",
            expected=f"a running {service} that has the console's key",
            what_to_do=f"look into {service}'s log, start it, and ask again",
        ) from silence


def _goes_on(service: str, refusal: GoesOn) -> Problem:
    return Problem(
        409,
        f"{service} was not told to go on: {refusal}",
        expected="a service that has stopped itself because too many records failed",
        what_to_do="look at the queues; one that stands before a wrong log goes on when it is started anew",
    )


async def _nothing_came(act: int, why: str) -> None:
    async with transaction() as tx:
        await trail.nothing_came(tx, act, why)


def unknown_service(stands: Ground) -> Problem:
    return Problem(
        404,
        "there is no service of that name",
        expected=f"one of: {', '.join(sorted(stands.services))}",
        what_to_do="choose one of them",
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


def _refused(wave: str, wanted: Wanted | None, asked: Asked) -> Problem:
    if wanted == "stopped":
        expected = "a wave that runs or is paused: a stopped one never resumes, for its unsent letters were ended"
        return Problem(
            409, f"the wave {wave} was stopped", expected=expected, what_to_do="ask these patients in a later wave"
        )
    return Problem(
        409,
        f"the wave {wave} is {wanted}, so `{asked}` does not apply",
        expected="a wave that runs or was never started",
        what_to_do="resume it",
    )
