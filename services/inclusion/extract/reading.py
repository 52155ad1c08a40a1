"""A register extract, from text to contacts: every row is rejected with a reason, superseded, or a contact.

All rules are SQL over whole sets. Nothing that stands in the extract gets into an error or a log.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from services.inclusion.domain.profile import OPTIONAL, REQUIRED, Profile, name_columns
from services.inclusion.extract.copying import NEVER, UNDECODABLE, Copied, rows
from services.inclusion.extract.database import told_quietly


@dataclass(frozen=True, slots=True)
class Counts:
    """rows = rejected + superseded + contacts."""

    rows: int
    rejected: Mapping[str, int]
    superseded: int
    contacts: int


MACROS = """
CREATE OR REPLACE MACRO written(text) AS
    nullif(trim(CASE WHEN starts_with(text, '="') AND ends_with(text, '"') THEN text[3:-2] ELSE text END), '');

-- A reading of the Danish clock -> the instant, in UTC. Of the hour that is read twice in October, the later one.
CREATE OR REPLACE MACRO instant(reading) AS timezone('UTC', reading AT TIME ZONE 'Europe/Copenhagen');
CREATE OR REPLACE MACRO reading_of(moment) AS timezone('Europe/Copenhagen', moment AT TIME ZONE 'UTC');
CREATE OR REPLACE MACRO earliest(reading) AS
    CASE WHEN reading_of(instant(reading) - INTERVAL 1 HOUR) = reading
         THEN instant(reading) - INTERVAL 1 HOUR ELSE instant(reading) END;

CREATE OR REPLACE MACRO is_contact_id(contact) AS
    regexp_full_match(contact, '[0-9]{18,20}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}');
CREATE OR REPLACE MACRO misread(text, moment) AS text IS NOT NULL AND moment IS NULL;

CREATE OR REPLACE MACRO is_replacement(cpr) AS
    NOT regexp_full_match(cpr, '[0-9]{10}') OR cpr[1:2] BETWEEN '61' AND '91';
-- The century stands in the seventh digit, together with the year. NULL where there is no such day.
CREATE OR REPLACE MACRO born_by(cpr) AS try_cast(
    CASE WHEN cpr[7] <= '3' THEN '19'
         WHEN cpr[7] IN ('4', '9') THEN CASE WHEN cpr[5:6] <= '36' THEN '20' ELSE '19' END
         ELSE CASE WHEN cpr[5:6] <= '57' THEN '20' ELSE '18' END
    END || cpr[5:6] || '-' || cpr[3:4] || '-' || cpr[1:2] AS DATE);
CREATE OR REPLACE MACRO is_cpr(cpr) AS
    regexp_full_match(cpr, '[0-9]{6}[0-9]{4}') AND (is_replacement(cpr) OR born_by(cpr) IS NOT NULL)
    OR regexp_full_match(cpr, '[0-9]{6}[01567][A-Z]{2}[0-9]');
"""

TABLES = """
CREATE TABLE IF NOT EXISTS known_unit (unit VARCHAR);
CREATE TABLE IF NOT EXISTS contact (
    delivery INTEGER, contact VARCHAR, course VARCHAR, stay VARCHAR, cpr VARCHAR, started_at TIMESTAMP,
    ended_at TIMESTAMP, started DATE, ended DATE, contact_type VARCHAR, priority VARCHAR, diagnosis VARCHAR,
    unit VARCHAR, main_specialty VARCHAR, reported TIMESTAMP, born DATE, died DATE
);
"""

KNOWN_UNITS = "INSERT INTO known_unit SELECT unnest($units::VARCHAR[])"

REPORTS = """
CREATE TABLE report AS
WITH split AS (
    SELECT line, string_split(line, $separator) AS field
    FROM read_csv($file, columns = {'line': 'VARCHAR'}, delim = $never, quote = '', escape = '', header = false,
                  skip = 1, auto_detect = false, new_line = '\\n', max_line_size = 16000000,
                  buffer_size = 32000000)
    WHERE line <> ''
), written AS (
    SELECT len(field) <> $width AS is_misshapen, contains(line, $undecodable) AS is_undecodable,
           lower(written(field[$contact])) AS contact, written(field[$course]) AS course,
           written(field[$stay]) AS stay, upper(replace(written(field[$cpr]), '-', '')) AS cpr,
           written(concat_ws(' ', field[$started], field[$started_time])) AS start_text,
           written(concat_ws(' ', field[$ended], field[$ended_time])) AS end_text,
           written(field[$contact_type]) AS contact_type, upper(written(field[$priority])) AS priority,
           upper(written(field[$diagnosis])) AS diagnosis, written(field[$unit]) AS unit,
           written(field[$main_specialty]) AS main_specialty, written(field[$reported]) AS report_text,
           written(field[$born]) AS birth_text, written(field[$died]) AS death_text
    FROM split
), dated AS (
    SELECT *, try_strptime(start_text, $times) AS start_read, try_strptime(end_text, $times) AS end_read,
           try_strptime(report_text, $times) AS reported, try_strptime(birth_text, $dates)::DATE AS birth_read,
           try_strptime(death_text, $dates)::DATE AS died
    FROM written
), placed AS (
    SELECT *, instant(end_read) AS ended_at, CASE WHEN instant(start_read) > instant(end_read)
                                                  THEN earliest(start_read) ELSE instant(start_read) END AS started_at
    FROM dated
)
SELECT contact, course, stay, cpr, started_at, ended_at, start_read::DATE AS started, end_read::DATE AS ended,
       contact_type, priority, diagnosis, unit, main_specialty, reported, coalesce(birth_read, born_by(cpr)) AS born,
       died,
       CASE
           WHEN is_misshapen THEN 'wrong_number_of_fields'
           WHEN is_undecodable THEN 'not_decodable'
           WHEN contact IS NULL OR NOT is_contact_id(contact) THEN 'contact_id_malformed'
           WHEN cpr IS NULL OR NOT is_cpr(cpr) THEN 'cpr_malformed'
           WHEN start_read IS NULL OR misread(end_text, end_read) OR misread(report_text, reported)
                OR misread(birth_text, birth_read) OR misread(death_text, died) THEN 'time_malformed'
           WHEN ended_at < started_at THEN 'end_before_start'
           WHEN unit IS NULL OR unit NOT IN (SELECT unit FROM known_unit) THEN 'unit_unknown'
           WHEN contact_type IS NULL OR NOT regexp_full_match(contact_type, $contact_type_pattern)
                OR NOT regexp_full_match(priority, $priority_pattern)
                OR NOT regexp_full_match(diagnosis, $diagnosis_pattern) THEN 'code_malformed'
       END AS reason
FROM placed
"""
"""In the order of the file's rows. The first reason that holds; priority and diagnosis may be missing."""

REJECTED = "SELECT reason, count(*) FROM report WHERE reason IS NOT NULL GROUP BY reason"

LATEST = """
CREATE TABLE latest AS
SELECT contact, arg_max(rowid, (coalesce(reported, TIMESTAMP '0001-01-01'), rowid)) AS place
FROM report WHERE reason IS NULL GROUP BY contact HAVING count(*) > 1
"""
"""Of several reports of a contact the latest counts; of those, the later row."""

CONTACTS = """
INSERT INTO contact
SELECT $delivery, contact, course, stay, cpr, started_at, ended_at, started, ended, contact_type, priority, diagnosis,
       unit, main_specialty, reported, born, died
FROM report
WHERE reason IS NULL AND (contact NOT IN (SELECT contact FROM latest) OR rowid IN (SELECT place FROM latest))
"""

REPORT_COUNT = "SELECT count(*) FROM report"
CONTACT_COUNT = "SELECT count(*) FROM contact WHERE delivery = $delivery"
DONE = "DROP TABLE report; DROP TABLE latest; DELETE FROM known_unit"


@told_quietly()
def read_contacts(
    connection: duckdb.DuckDBPyConnection, copied: Copied, profile: Profile, units: Collection[str], delivery: int = 0
) -> Counts:
    """Adds the delivery's contacts to the table `contact`. `delivery` tells several deliveries apart."""
    connection.execute(MACROS)
    connection.execute(TABLES)
    connection.execute(KNOWN_UNITS, {"units": list(units)})
    connection.execute(REPORTS, {**_lines(copied), **_columns(copied, profile), **_forms(profile)})
    connection.execute(LATEST)
    connection.execute(CONTACTS, {"delivery": delivery})
    counts = _counts(connection, delivery)
    connection.execute(DONE)
    return counts


def header_of(copied: Copied) -> Sequence[str]:
    _, header = next(rows(copied), (0, []))
    return header


def _lines(copied: Copied) -> dict[str, str]:
    file = {"file": str(copied.path), "separator": copied.separator}
    return {**file, "never": NEVER, "undecodable": UNDECODABLE}


def _columns(copied: Copied, profile: Profile) -> dict[str, int]:
    """Where each of our columns stands, from 1; where the profile has none, beyond the last: there stands nothing."""
    header = header_of(copied)
    found = {name: place for place, name in enumerate(name_columns(profile, header), start=1)}
    everything = sorted(REQUIRED["contacts"] | OPTIONAL["contacts"])
    return {"width": len(header), **{name: found.get(name, len(header) + 1) for name in everything}}


def _forms(profile: Profile) -> dict[str, Any]:
    if profile.codes is None:
        raise ValueError(f"profile {profile.name} is not one of contacts")
    patterns = {f"{code}_pattern": pattern for code, pattern in profile.codes.model_dump().items()}
    return {"times": list(profile.times), "dates": list(profile.dates), **patterns}


def _counts(connection: duckdb.DuckDBPyConnection, delivery: int) -> Counts:
    reports = _number(connection, REPORT_COUNT)
    contacts = _number(connection, CONTACT_COUNT, {"delivery": delivery})
    rejected = dict(connection.execute(REJECTED).fetchall())
    return Counts(reports, rejected, reports - sum(rejected.values()) - contacts, contacts)


def _number(connection: duckdb.DuckDBPyConnection, sql: str, given: Mapping[str, int] | None = None) -> int:
    row = connection.execute(sql, given).fetchone() if given else connection.execute(sql).fetchone()
    return row[0] if row else 0
