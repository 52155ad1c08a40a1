"""The contact register and the register of persons, over one file of persons."""

from pathlib import Path

import pytest

from deploy.sandbox.person_register.persons import Person, Persons, UnreadablePersons
from tests.sandbox.memos import CLOSED, EXEMPT, EXEMPT_WITH_SMS, NOT_LISTED, PERSONS, REGISTERED, UNKNOWN
from tests.sandbox.stand_in import Process, World

HEADER = "cpr,register_status,digital_post_status,nem_sms"


def _asking_for(*cpr_numbers: str) -> str:
    return "&".join(f"cprNumber={cpr}" for cpr in cpr_numbers)


async def test_contacts_tell_who_can_receive_and_leave_out_who_is_not_known(post: World) -> None:
    asked = _asking_for(UNKNOWN, REGISTERED, NOT_LISTED, EXEMPT_WITH_SMS, CLOSED)
    assert await post.say("GET", f"/apis/v1/contacts/?{asked}") == [
        {"cprNumber": UNKNOWN, "publicRegistrationStatus": "UNKNOWN", "nemSmsSubscription": False},
        {"cprNumber": REGISTERED, "publicRegistrationStatus": "REGISTERED", "nemSmsSubscription": False},
        {"cprNumber": EXEMPT_WITH_SMS, "publicRegistrationStatus": "EXEMPT", "nemSmsSubscription": True},
        {"cprNumber": CLOSED, "publicRegistrationStatus": "CLOSED", "nemSmsSubscription": False},
    ]


async def test_every_lookup_is_listed_with_what_was_told_and_when(post: World) -> None:
    await post.say("GET", f"/apis/v1/contacts/?{_asking_for(EXEMPT, NOT_LISTED)}")
    listed = await post.say("GET", "/lookups")
    assert [(each["cpr"], each["status"]) for each in listed] == [(EXEMPT, "EXEMPT"), (NOT_LISTED, None)]
    assert {each["looked_up_at"] for each in listed} == {"2026-11-05T11:00:00.000000Z"}


async def test_a_thousand_are_looked_up_at_once(post: World) -> None:
    asked = _asking_for(REGISTERED, *(f"{number:010}" for number in range(999)))
    assert len(await post.say("GET", f"/apis/v1/contacts/?{asked}")) == 1


@pytest.mark.parametrize("number", [0, 1001])
async def test_none_or_more_than_a_thousand_are_refused(post: World, number: int) -> None:
    asked = _asking_for(*(f"{each:010}" for each in range(number)))
    assert (await post.say("GET", f"/apis/v1/contacts/?{asked}", 400))["code"] == "request.invalid"


async def test_persons_added_while_it_runs_are_known(post: World) -> None:
    with post.persons.open("a") as persons:
        persons.write(f"{NOT_LISTED},01,REGISTERED,false\n")
    assert len(await post.say("GET", f"/apis/v1/contacts/?{_asking_for(NOT_LISTED)}")) == 1


async def test_the_register_of_persons_tells_their_statuses(tmp_path: Path) -> None:
    async with Process(tmp_path, module="deploy.sandbox.person_register") as register:
        assert await register.say("GET", f"/persons/?{_asking_for(CLOSED, NOT_LISTED, REGISTERED)}") == [
            {"cprNumber": CLOSED, "status": "90", "protected": False},
            {"cprNumber": REGISTERED, "status": "01", "protected": False},
        ]
        told = await register.say("GET", "/status")
        assert told == {"now": "2026-11-05T11:00:00Z", "due": None, "busy": 0, "acts_at": [0, 12]}
        await register.say("GET", "/persons/", 400)
        assert await register.stop() == 0
    assert REGISTERED not in register.output()


def test_as_long_as_the_file_is_missing_nobody_is_known(tmp_path: Path) -> None:
    persons = Persons(tmp_path / "persons.csv")
    assert persons.known() == {}
    persons.path.write_text(PERSONS)
    assert REGISTERED in persons.known()


def test_a_line_that_is_still_being_written_is_read_when_it_is_whole(tmp_path: Path) -> None:
    persons = Persons(tmp_path / "persons.csv")
    persons.path.write_text(f"{HEADER}\n{REGISTERED},01,REGIS")
    assert persons.known() == {}
    persons.path.write_text(f"{HEADER}\n{REGISTERED},01,REGISTERED,true\n")
    assert persons.known() == {REGISTERED: Person("01", "REGISTERED", nem_sms=True, protected=False)}


def test_who_is_protected_may_be_said_in_a_fifth_column(tmp_path: Path) -> None:
    path = tmp_path / "persons.csv"
    path.write_text(f"{HEADER},protected\n{REGISTERED},01,REGISTERED,false,true\n")
    assert Persons(path).known()[REGISTERED].protected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("cpr,status\n", ":1: the header"),
        (f"{HEADER}\n{REGISTERED},01\n", ":2: 2 columns"),
        (f"{HEADER}\n{REGISTERED},99,REGISTERED,true\n", ":2: register_status"),
        (f"{HEADER}\n{REGISTERED},01,OPEN,true\n", ":2: digital_post_status"),
        (f"{HEADER}\n{REGISTERED},01,REGISTERED,maybe\n", ":2: nem_sms"),
    ],
)
def test_an_unreadable_file_is_told_by_its_line(tmp_path: Path, written: str, expected: str) -> None:
    path = tmp_path / "persons.csv"
    path.write_text(written)
    with pytest.raises(UnreadablePersons) as unreadable:
        Persons(path).known()
    assert expected in str(unreadable.value)
    assert REGISTERED not in str(unreadable.value)
