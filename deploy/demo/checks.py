"""Is everybody accounted for? The console's table against what others saw. Imports only the observations.

Each check says how many cases it looked at, and fails if there were none.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from deploy.demo.observations import Message, Observations

KARENS = timedelta(days=180)
REMINDERS_APART = timedelta(days=7)
"""Two reminders of one letter are planned ten days apart; closer than this they are the same one twice."""
IDENTITY = (
    "contacts",
    "other_survey_or_period",
    "excluded",
    "not_sampled",
    "another_contact",
    "included",
)


@dataclass(frozen=True)
class CheckResult:
    """One check: how many cases it looked at, and what was wrong with which of them."""

    what: str
    cases: int
    wrong: list[str]

    @property
    def held(self) -> bool:
        return self.cases > 0 and not self.wrong


Check = Callable[[Observations], tuple[int, list[str]]]


def run_checks(seen: Observations) -> list[CheckResult]:
    return [CheckResult(what, *check(seen)) for what, check in CHECKS.items()]


def _deliveries(seen: Observations) -> tuple[int, list[str]]:
    told = {delivery["delivery"]: delivery for wave in seen.waves for delivery in wave["deliveries"]}
    expected = seen.expected["deliveries"]
    return len(expected), list(_differences(expected, told, ("rows", "rejected", "superseded", "contacts")))


def _selections(seen: Observations) -> tuple[int, list[str]]:
    told = {wave["wave"]: wave for wave in seen.waves}
    return len(told), list(_differences(seen.expected["waves"], told, IDENTITY))


def _differences(expected: dict[str, Any], told: dict[str, Any], terms: Iterable[str]) -> Iterator[str]:
    for name, sheet in expected.items():
        for term in terms:
            found = told.get(name, {}).get(term)
            if found != sheet[term]:
                yield f"{name}: {term}: expected {sheet[term]}, found {found}"


def _adds_up(seen: Observations) -> tuple[int, list[str]]:
    wrong = [f"{wave['wave']}: {line}" for wave in seen.waves for line in wave["does_not_add_up"]]
    return len(seen.waves), wrong


def _at_rest(seen: Observations) -> tuple[int, list[str]]:
    return len(seen.waves), [f"{w['wave']}: {w['in_flight']} in flight" for w in seen.waves if w["in_flight"]]


def _karens(seen: Observations) -> tuple[int, list[str]]:
    """Quarantined: whoever the sheet says, but for those who opted out and whose earlier letter was refused aloud."""
    wrong: list[str] = []
    cases = 0
    reached: set[str] = set()
    for wave in seen.waves:
        again = {cpr for cpr, fate in seen.expected["persons"][wave["wave"]].items() if fate == "quarantined"} & reached
        out = again & _opted_out_before(seen, datetime.fromisoformat(wave["started_at"]))
        cases += len(again)
        if wave["quarantined"] != len(again - out):
            wrong.append(f"{wave['wave']}: expected {len(again - out)} quarantined, found {wave['quarantined']}")
        if sum(wave["dropped"].values()) != len(out):
            wrong.append(f"{wave['wave']}: expected {len(out)} dropped, found {wave['dropped']}")
        reached |= {letter.cpr for letter in [*seen.of_wave(wave), *seen.refused_in_silence_of_wave(wave)]}
    return cases, wrong


def _opted_out_before(seen: Observations, moment: datetime) -> set[str]:
    return {
        told["cpr"]
        for told in seen.tally
        if told["kind"] == "invitation"
        and told["expected"] == "opted_out"
        and datetime.fromisoformat(told["confirmed_at"]) < moment
    }


def _undeliverable(seen: Observations) -> tuple[int, list[str]]:
    """By the registers' reasons exactly; refused by Digital Post: each message once, invitations and reminders."""
    wrong: list[str] = []
    cases = refused = 0
    for wave in seen.waves:
        by_register = {r: n for r, n in wave["undeliverable"].items() if not r.startswith("refused.")}
        expected = Counter(
            fate.partition(":")[2]
            for fate in seen.expected["persons"][wave["wave"]].values()
            if fate.startswith("undeliverable:")
        )
        cases += expected.total()
        if by_register != dict(expected):
            wrong.append(f"{wave['wave']}: expected undeliverable {dict(expected)}, found {by_register}")
        for reasons in (wave["undeliverable"], wave["reminders"]["failed"]):
            refused += sum(n for reason, n in reasons.items() if reason.startswith("refused."))
    told = len(seen.refused) - len(seen.refused_in_silence)
    if refused != told:
        wrong.append(f"Digital Post told of {told} letters that it refused them, found {refused}")
    return cases, wrong


def _letters(seen: Observations) -> tuple[int, list[str]]:
    """Letters in the mailboxes are those that the console has as delivered, and the unconfirmed that were accepted."""
    wrong: list[str] = []
    for wave in seen.waves:
        there = len(seen.of_wave(wave))
        here = wave["delivered"] + wave["unconfirmed"] - len(seen.refused_in_silence_of_wave(wave))
        if there != here:
            wrong.append(f"{wave['wave']}: {there} invitations in the mailboxes, {here} delivered or unconfirmed here")
    return len(seen.invitations), wrong


def _nobody_too_often(seen: Observations) -> tuple[int, list[str]]:
    wrong = []
    for _, letters in _by_person(seen.invitations):
        for earlier, later in pairwise(letters):
            if later.received_at - earlier.received_at < KARENS:
                wrong.append(f"{earlier.uuid} and {later.uuid} went to one person within karens")
    return len(seen.invitations), wrong


def _no_reminder_twice(seen: Observations) -> tuple[int, list[str]]:
    wrong = []
    for _, letters in _by_person(seen.reminders):
        wrong += [
            f"{later.uuid} repeats {earlier.uuid}"
            for earlier, later in pairwise(letters)
            if later.received_at - earlier.received_at < REMINDERS_APART
        ]
        if len(letters) > 2:
            wrong.append(f"{letters[-1].uuid} is reminder number {len(letters)}")
    return len(seen.reminders), wrong


def _no_reminder_after_answer(seen: Observations) -> tuple[int, list[str]]:
    """Whoever's answer, decline or opt-out was confirmed before a reminder left should not have got it."""
    ended = {
        told["cpr"]: datetime.fromisoformat(told["confirmed_at"])
        for told in seen.tally
        if told["kind"] == "invitation" and told["expected"] in ("complete", "declined", "opted_out")
    }
    answered = [letter for letter in seen.reminders if letter.cpr in ended]
    wrong = [f"{letter.uuid} left after its answer" for letter in answered if letter.received_at > ended[letter.cpr]]
    return len(ended), wrong


def _nobody_unreachable(seen: Observations) -> tuple[int, list[str]]:
    wrong = [
        f"{letter.uuid} went to somebody who is {seen.persons.get(letter.cpr)}"
        for letter in seen.messages
        if letter.cpr not in seen.persons
        or seen.persons[letter.cpr][0] in ("20", "30", "50", "60", "70", "80", "90")
        or seen.persons[letter.cpr][1] != "REGISTERED"
    ]
    return len(seen.messages), wrong


def _answers(seen: Observations) -> tuple[int, list[str]]:
    """What people were told at the end of the pages is what the console counts."""
    wave_of = {letter.uuid: wave["wave"] for wave in seen.waves for letter in seen.of_wave(wave)}
    ended = [told for told in seen.tally if told["kind"] == "invitation"]
    told = Counter((wave_of[person["message"]], person["expected"]) for person in ended)
    wrong = [
        f"{wave['wave']}: {told[wave['wave'], outcome]} people say {outcome}, here {wave[outcome]}"
        for wave in seen.waves
        for outcome in ("complete", "declined", "opted_out", "partial")
        if told[wave["wave"], outcome] != wave[outcome]
    ]
    return told.total(), wrong


def _reminders(seen: Observations) -> tuple[int, list[str]]:
    here = sum(wave["reminders"]["delivered"] + wave["reminders"]["submitted"] for wave in seen.waves)
    here -= sum(refusal.is_reminder for refusal in seen.refused_in_silence)
    there = len(seen.reminders)
    return there, [] if here == there else [f"{there} reminders in the mailboxes, {here} handed over here"]


def _by_person(messages: Iterable[Message]) -> Iterator[tuple[str, list[Message]]]:
    theirs: dict[str, list[Message]] = defaultdict(list)
    for letter in sorted(messages, key=lambda message: message.received_at):
        theirs[letter.cpr].append(letter)
    yield from theirs.items()


CHECKS: dict[str, Check] = {
    "every row of every delivery is read, rejected or superseded as it was made": _deliveries,
    "every contact stands under the term it was made for": _selections,
    "every line of the table adds up": _adds_up,
    "nothing is in flight": _at_rest,
    "whoever was asked in October is left alone in November": _karens,
    "whoever cannot be reached is undeliverable, with the reason": _undeliverable,
    "letters in the mailboxes = delivered + unconfirmed": _letters,
    "reminders in the mailboxes = reminders handed over": _reminders,
    "nobody has two invitations within karens": _nobody_too_often,
    "nobody has the same reminder twice": _no_reminder_twice,
    "no reminder left after its answer was confirmed": _no_reminder_after_answer,
    "no letter to the dead, the exempt or the unknown": _nobody_unreachable,
    "what people were told is what is counted": _answers,
}
