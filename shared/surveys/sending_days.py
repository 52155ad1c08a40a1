"""When a letter may leave: Danish working days, never between Christmas and New Year.

Stands here and not in a service, for a reminder is planned by one and held to its moment by another.
"""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

from shared.surveys.definition import SendingHours

DENMARK = ZoneInfo("Europe/Copenhagen")


@lru_cache(maxsize=4096)
def is_sending_day(day: date) -> bool:
    """No Saturday, Sunday or public holiday, not 5 June, and not 24 December to 1 January."""
    if day.weekday() >= 5 or (day.month, day.day) in {(6, 5), (1, 1)}:
        return False
    if day.month == 12 and day.day >= 24:
        return False
    return day not in _public_holidays(day.year)


def next_sending_moment(moment: datetime, hours: SendingHours) -> datetime:
    """The moment itself, if letters may leave then; else the next opening of a sending day. UTC."""
    local = moment.astimezone(DENMARK)
    if is_sending_day(local.date()) and hours.opens <= local.time() < hours.closes:
        return moment.astimezone(UTC)
    day = local.date()
    if local.time() >= hours.opens:
        day += timedelta(days=1)
    while not is_sending_day(day):
        day += timedelta(days=1)
    return datetime.combine(day, hours.opens, DENMARK).astimezone(UTC)


@lru_cache(maxsize=16)
def _public_holidays(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("DK", years=year))
