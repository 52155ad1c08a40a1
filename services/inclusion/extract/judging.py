"""Who of a wave's contacts may be asked: each of the others gets the first term that holds.

All rules are SQL over whole sets.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

import duckdb

from services.inclusion.domain.hierarchy import TakingPart
from services.inclusion.domain.profile import Profile
from services.inclusion.domain.wave import Wave, first_day, last_day
from services.inclusion.extract.database import told_quietly
from shared.surveys.definition import Eligibility, Exclusion

Period = tuple[str, date, date | None]
"""A code, and the days on which it is in force."""

MACROS = """
CREATE MACRO has_prefix(code, prefixes) AS
    len(list_filter(prefixes, lambda prefix: starts_with(code, prefix))) > 0;
CREATE MACRO in_force(codes, starts, ends, first_day, last_day) AS TABLE
    SELECT code, day::DATE AS day
    FROM (SELECT unnest(codes::VARCHAR[]) AS code, unnest(starts::DATE[]) AS since, unnest(ends::DATE[]) AS until),
         range(first_day::TIMESTAMP, last_day::TIMESTAMP + INTERVAL 1 DAY, INTERVAL 1 DAY) AS days (day)
    WHERE day >= since AND (until IS NULL OR day <= until);
"""
"""`in_force`: each code with each day of the month on which it is in force."""

TAKING_PART = """
CREATE TABLE taking_part AS SELECT DISTINCT code AS unit, day FROM in_force($codes, $since, $until, $first, $last)
"""
EXCLUDED_UNITS = """
CREATE TABLE excluded_unit AS SELECT DISTINCT code AS unit, day FROM in_force($codes, $since, $until, $first, $last)
"""
EXCLUDED_DIAGNOSES = """
CREATE TABLE excluded_diagnosis AS
SELECT day, list(code) AS prefixes FROM in_force($codes, $since, $until, $first, $last) GROUP BY day
"""
PATIENT_TYPES = """
CREATE TABLE type_of AS
SELECT unnest($settings::VARCHAR[]) AS setting, unnest($priorities::VARCHAR[]) AS priority,
       unnest($names::VARCHAR[]) AS name
"""

DESCRIBED = """
CREATE TABLE described AS
WITH stay AS (
    SELECT coalesce(stay, contact) AS stay,
           max(ended_at) - min(started_at) >= to_hours($inpatient_from_hours)
               OR max(ended) > min(started) AS is_admission
    FROM contact GROUP BY ALL
), course AS (
    SELECT coalesce(course, contact) AS course, count(*) AS visits
    FROM contact WHERE list_contains($contact_types, contact_type) GROUP BY ALL
), latest AS (
    SELECT contact, arg_max(delivery, (coalesce(reported, TIMESTAMP '0001-01-01'), delivery)) AS delivery
    FROM contact WHERE $several_deliveries GROUP BY contact HAVING count(*) > 1
), settled AS (
    SELECT contact.*, coalesce(contact.ended, contact.started) AS day,
           coalesce(stay.is_admission, false) AS is_admission, coalesce(course.visits, 0) AS visits,
           latest.delivery IS NOT NULL AND latest.delivery <> contact.delivery AS is_reported_again,
           CASE WHEN starts_with(contact.priority, 'ATA1') THEN 'acute'
                WHEN starts_with(contact.priority, 'ATA3') THEN 'planned' ELSE 'other' END AS urgency
    FROM contact
    LEFT JOIN stay ON stay.stay = coalesce(contact.stay, contact.contact)
    LEFT JOIN course ON course.course = coalesce(contact.course, contact.contact)
    LEFT JOIN latest ON latest.contact = contact.contact
)
SELECT settled.*, type_of.name AS patient_type
FROM settled LEFT JOIN type_of ON type_of.setting = CASE WHEN is_admission THEN 'inpatient' ELSE 'outpatient' END
                              AND type_of.priority = urgency
"""

JUDGED = """
CREATE TABLE judged AS
SELECT delivery, contact, cpr, unit, day, born, patient_type,
       CASE
           WHEN NOT coalesce(has_prefix(main_specialty, $main_specialties), false)
                OR day NOT BETWEEN $first_day AND $last_day
                OR (ended IS NOT NULL AND patient_type IS NULL) THEN 'other_survey_or_period'
           WHEN is_reported_again THEN 'reported_again'
           WHEN (unit, day) NOT IN (SELECT (unit, day) FROM taking_part) THEN 'unit_not_taking_part'
           WHEN NOT list_contains($contact_types, contact_type) THEN 'not_a_visit'
           WHEN ended IS NULL THEN 'contact_open'
           WHEN died IS NOT NULL THEN 'dead'
           WHEN is_replacement(cpr) THEN 'replacement_cpr'
           WHEN born + to_years($minimum_age) > $wave_day THEN 'under_age'
           WHEN $wave_day - day > $maximum_age_of_contact_days THEN 'contact_too_old'
           WHEN has_prefix(diagnosis, prefixes) THEN 'diagnosis_excluded'
           WHEN (unit, day) IN (SELECT (unit, day) FROM excluded_unit) THEN 'unit_excluded'
           WHEN NOT is_admission AND visits < $contacts_in_course THEN 'too_few_contacts_in_course'
       END AS term
FROM described LEFT JOIN excluded_diagnosis USING (day)
"""
"""The first term that holds; none yet for those who may be asked."""

DONE = "DROP TABLE contact; DROP TABLE described"


@told_quietly()
def judge(
    connection: duckdb.DuckDBPyConnection, wave: Wave, profile: Profile, taking_part: Sequence[TakingPart]
) -> None:
    """From the table `contact` to the table `judged`."""
    eligibility = wave.rules.eligibility
    _fill(connection, wave, taking_part)
    visits = {"contact_types": list(eligibility.contact_types)}
    described = {"inpatient_from_hours": profile.inpatient_from_hours, "several_deliveries": len(wave.deliveries) > 1}
    connection.execute(DESCRIBED, {**visits, **described})
    connection.execute(JUDGED, {**visits, **_limits(wave, eligibility)})
    connection.execute(DONE)


def _limits(wave: Wave, eligibility: Eligibility) -> dict[str, Any]:
    return {
        "main_specialties": list(eligibility.main_specialties),
        "first_day": first_day(wave.month),
        "last_day": last_day(wave.month),
        "wave_day": wave.day,
        "minimum_age": eligibility.minimum_age,
        "maximum_age_of_contact_days": eligibility.maximum_age_of_contact_days,
        "contacts_in_course": eligibility.contacts_in_course,
    }


def _fill(connection: duckdb.DuckDBPyConnection, wave: Wave, taking_part: Sequence[TakingPart]) -> None:
    eligibility = wave.rules.eligibility
    here = [(one.unit, one.valid_from, one.valid_to) for one in taking_part if one.survey == wave.survey]
    connection.execute(MACROS)
    connection.execute(TAKING_PART, _lists(wave, here))
    connection.execute(EXCLUDED_UNITS, _lists(wave, _each(eligibility.excluded_units)))
    connection.execute(EXCLUDED_DIAGNOSES, _lists(wave, _each(eligibility.excluded_diagnoses)))
    connection.execute(PATIENT_TYPES, _types(eligibility))


def _types(eligibility: Eligibility) -> dict[str, list[str]]:
    """The first of the survey's patient types that a setting and an urgency fit."""
    types = {
        (one.setting, urgency): one.name
        for one in reversed(eligibility.patient_types)
        for urgency in ([one.priority] if one.priority else ("acute", "planned", "other"))
    }
    settings, priorities = [setting for setting, _ in types], [urgency for _, urgency in types]
    return {"settings": settings, "priorities": priorities, "names": list(types.values())}


def _each(exclusions: Sequence[Exclusion]) -> Sequence[Period]:
    return [(code, one.valid_from, one.valid_to) for one in exclusions for code in one.codes]


def _lists(wave: Wave, periods: Sequence[Period]) -> dict[str, Any]:
    codes, since, until = ([period[place] for period in periods] for place in range(3))
    month = {"first": first_day(wave.month), "last": last_day(wave.month)}
    return {"codes": codes, "since": since, "until": until, **month}
