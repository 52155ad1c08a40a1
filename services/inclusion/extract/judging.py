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

TABLES = """
CREATE TABLE taking_part (unit VARCHAR, valid_from DATE, valid_to DATE);
CREATE TABLE type_of (setting VARCHAR, priority VARCHAR, name VARCHAR);
CREATE TABLE excluded_diagnosis (prefix VARCHAR, valid_from DATE, valid_to DATE);
CREATE TABLE excluded_unit (unit VARCHAR, valid_from DATE, valid_to DATE);
CREATE MACRO is_within(day, valid_from, valid_to) AS day >= valid_from AND (valid_to IS NULL OR day <= valid_to);
CREATE MACRO has_prefix(code, prefixes) AS
    len(list_filter(prefixes, lambda prefix: starts_with(code, prefix))) > 0;
"""

FILL_TAKING_PART = """
INSERT INTO taking_part SELECT unnest($codes::VARCHAR[]), unnest($since::DATE[]), unnest($until::DATE[])
"""
FILL_EXCLUDED_DIAGNOSES = """
INSERT INTO excluded_diagnosis SELECT unnest($codes::VARCHAR[]), unnest($since::DATE[]), unnest($until::DATE[])
"""
FILL_EXCLUDED_UNITS = """
INSERT INTO excluded_unit SELECT unnest($codes::VARCHAR[]), unnest($since::DATE[]), unnest($until::DATE[])
"""
FILL_TYPES = """
INSERT INTO type_of SELECT unnest($settings::VARCHAR[]), unnest($priorities::VARCHAR[]), unnest($names::VARCHAR[])
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
           WHEN NOT EXISTS (FROM taking_part WHERE taking_part.unit = described.unit
                            AND is_within(day, valid_from, valid_to)) THEN 'unit_not_taking_part'
           WHEN NOT list_contains($contact_types, contact_type) THEN 'not_a_visit'
           WHEN ended IS NULL THEN 'contact_open'
           WHEN died IS NOT NULL THEN 'dead'
           WHEN is_replacement(cpr) THEN 'replacement_cpr'
           WHEN born + to_years($minimum_age) > $wave_day THEN 'under_age'
           WHEN $wave_day - day > $maximum_age_of_contact_days THEN 'contact_too_old'
           WHEN EXISTS (FROM excluded_diagnosis WHERE starts_with(diagnosis, prefix)
                        AND is_within(day, valid_from, valid_to)) THEN 'diagnosis_excluded'
           WHEN EXISTS (FROM excluded_unit WHERE excluded_unit.unit = described.unit
                        AND is_within(day, valid_from, valid_to)) THEN 'unit_excluded'
           WHEN NOT is_admission AND visits < $contacts_in_course THEN 'too_few_contacts_in_course'
       END AS term
FROM described
"""
"""The first term that holds; none yet for those who may be asked."""

DONE = "DROP TABLE contact; DROP TABLE described"


@told_quietly()
def judge(
    connection: duckdb.DuckDBPyConnection, wave: Wave, profile: Profile, taking_part: Sequence[TakingPart]
) -> None:
    """From the table `contact` to the table `judged`."""
    eligibility = wave.rules.eligibility
    connection.execute(TABLES)
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
    taking_part_here = [(one.unit, one.valid_from, one.valid_to) for one in taking_part if one.survey == wave.survey]
    connection.execute(FILL_TAKING_PART, _lists(taking_part_here))
    connection.execute(FILL_EXCLUDED_DIAGNOSES, _lists(_each(eligibility.excluded_diagnoses)))
    connection.execute(FILL_EXCLUDED_UNITS, _lists(_each(eligibility.excluded_units)))
    connection.execute(FILL_TYPES, _types(eligibility))


def _types(eligibility: Eligibility) -> dict[str, list[str]]:
    """The first of the survey's patient types that a setting and an urgency fit."""
    types = {
        (one.setting, urgency): one.name
        for one in reversed(eligibility.patient_types)
        for urgency in ([one.priority] if one.priority else ("acute", "planned", "other"))
    }
    settings, priorities = [setting for setting, _ in types], [urgency for _, urgency in types]
    return {"settings": settings, "priorities": priorities, "names": list(types.values())}


def _each(exclusions: Sequence[Exclusion]) -> Sequence[tuple[str, date, date | None]]:
    return [(code, one.valid_from, one.valid_to) for one in exclusions for code in one.codes]


def _lists(periods: Sequence[tuple[str, date, date | None]]) -> dict[str, list[Any]]:
    codes, since, until = ([period[place] for period in periods] for place in range(3))
    return {"codes": codes, "since": since, "until": until}
