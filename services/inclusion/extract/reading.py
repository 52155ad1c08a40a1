"""A register extract, from text to contacts: every row is rejected with a reason, superseded, or a contact.

All rules are SQL over whole sets. Nothing that stands in the extract gets into an error or a log.
"""

import csv
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from services.inclusion.domain.profile import Profile, name_columns
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
    delivery INTEGER, place BIGINT, contact VARCHAR, course VARCHAR, stay VARCHAR, cpr VARCHAR, started_at TIMESTAMP,
    ended_at TIMESTAMP, started DATE, ended DATE, contact_type VARCHAR, priority VARCHAR, diagnosis VARCHAR,
    unit VARCHAR, main_specialty VARCHAR, reported TIMESTAMP, born DATE, died DATE
);
"""

KNOWN_UNITS = "INSERT INTO known_unit SELECT unnest($units::VARCHAR[])"

ROWS = """
CREATE TABLE row AS
SELECT contact, course, stay, cpr, concat_ws(' ', started, started_time) AS started,
       concat_ws(' ', ended, ended_time) AS ended, contact_type, priority, diagnosis, unit, main_specialty, reported,
       born, died, contains(concat_ws('', *COLUMNS(*)), chr(65533)) AS undecodable
FROM (SELECT NULL::VARCHAR AS course, NULL::VARCHAR AS stay, NULL::VARCHAR AS started_time,
             NULL::VARCHAR AS ended_time, NULL::VARCHAR AS priority, NULL::VARCHAR AS diagnosis,
             NULL::VARCHAR AS main_specialty, NULL::VARCHAR AS reported, NULL::VARCHAR AS born,
             NULL::VARCHAR AS died
      WHERE false
      UNION ALL BY NAME
      SELECT * FROM read_csv($file, columns = $columns, delim = $separator, quote = '"', escape = '"', header = true,
                             auto_detect = false, strict_mode = true, new_line = '\\n', store_rejects = true,
                             parallel = $parallel))
"""
"""Rows that cannot be split into the header's fields are in `reject_errors` instead."""

SPLIT_BADLY = "SELECT count(DISTINCT line_byte_position) FROM reject_errors"

REPORTS = """
CREATE TABLE report AS
WITH written AS (
    SELECT rowid AS place, undecodable, lower(written(contact)) AS contact, written(course) AS course,
           written(stay) AS stay, upper(replace(written(cpr), '-', '')) AS cpr, written(started) AS start_text,
           written(ended) AS end_text, written(contact_type) AS contact_type, upper(written(priority)) AS priority,
           upper(written(diagnosis)) AS diagnosis, written(unit) AS unit, written(main_specialty) AS main_specialty,
           written(reported) AS report_text, written(born) AS birth_text, written(died) AS death_text
    FROM row
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
SELECT place, contact, course, stay, cpr, started_at, ended_at, start_read::DATE AS started, end_read::DATE AS ended,
       contact_type, priority, diagnosis, unit, main_specialty, reported, coalesce(birth_read, born_by(cpr)) AS born,
       died,
       CASE
           WHEN undecodable THEN 'not_decodable'
           WHEN contact IS NULL OR NOT is_contact_id(contact) THEN 'contact_id_malformed'
           WHEN cpr IS NULL OR NOT is_cpr(cpr) THEN 'cpr_malformed'
           WHEN start_read IS NULL OR misread(end_text, end_read) OR misread(report_text, reported)
                OR misread(birth_text, birth_read) OR misread(death_text, died) THEN 'time_malformed'
           WHEN ended_at < started_at THEN 'end_before_start'
           WHEN unit IS NULL OR unit NOT IN (SELECT unit FROM known_unit) THEN 'unit_unknown'
           WHEN contact_type IS NULL OR NOT regexp_full_match(contact_type, $contact_type)
                OR NOT regexp_full_match(priority, $priority)
                OR NOT regexp_full_match(diagnosis, $diagnosis) THEN 'code_malformed'
       END AS reason
FROM placed
"""
"""The first reason that holds. Priority and diagnosis may be missing: what is not there is not malformed."""

REJECTED = "SELECT reason, count(*) FROM report WHERE reason IS NOT NULL GROUP BY reason"

CONTACTS = """
INSERT INTO contact
SELECT $delivery, place, contact, course, stay, cpr, started_at, ended_at, started, ended, contact_type, priority,
       diagnosis, unit, main_specialty, reported, born, died
FROM report WHERE reason IS NULL
QUALIFY row_number() OVER (PARTITION BY contact ORDER BY reported DESC NULLS LAST, place DESC) = 1
"""
"""Of several reports of a contact the latest counts; of those, the later line."""

ROW_COUNT = "SELECT count(*) FROM row"
CONTACT_COUNT = "SELECT count(*) FROM contact WHERE delivery = $delivery"
DONE = "DROP TABLE row; DROP TABLE report; DROP TABLE reject_errors; DROP TABLE reject_scans; DELETE FROM known_unit"


def header_of(copy: Path, separator: str) -> Sequence[str]:
    """The first row. Empty if there is none, or if it is no row at all."""
    with open(copy, encoding="utf-8", newline="") as text:
        try:
            return next(csv.reader(text, delimiter=separator), [])
        except csv.Error:
            return []


@told_quietly()
def read_contacts(
    connection: duckdb.DuckDBPyConnection,
    copy: Path,
    profile: Profile,
    units: Collection[str],
    *,
    quoted: bool,
    delivery: int = 0,
) -> Counts:
    """Adds the delivery's contacts to the table `contact`. `delivery` tells several deliveries apart.

    Where quotation marks stand, a line's end need not be a row's, so the text is read in one go, not from several
    places at once.
    """
    if profile.codes is None:
        raise ValueError(f"profile {profile.name} is not one of contacts")
    columns = dict.fromkeys(name_columns(profile, header_of(copy, profile.separator)), "VARCHAR")
    connection.execute(MACROS)
    connection.execute(TABLES)
    connection.execute(KNOWN_UNITS, {"units": list(units)})
    connection.execute(
        ROWS, {"file": str(copy), "columns": columns, "separator": profile.separator, "parallel": not quoted}
    )
    formats = {"times": list(profile.times), "dates": list(profile.dates)}
    connection.execute(REPORTS, {**formats, **profile.codes.model_dump()})
    connection.execute(CONTACTS, {"delivery": delivery})
    counts = _counts(connection, delivery)
    connection.execute(DONE)
    return counts


def _counts(connection: duckdb.DuckDBPyConnection, delivery: int) -> Counts:
    split, badly = _number(connection, ROW_COUNT), _number(connection, SPLIT_BADLY)
    contacts = _number(connection, CONTACT_COUNT, {"delivery": delivery})
    rejected = dict(connection.execute(REJECTED).fetchall())
    superseded = split - sum(rejected.values()) - contacts
    if badly:
        rejected["wrong_number_of_fields"] = badly
    return Counts(split + badly, rejected, superseded, contacts)


def _number(connection: duckdb.DuckDBPyConnection, sql: str, given: Mapping[str, int] | None = None) -> int:
    row = connection.execute(sql, given).fetchone() if given else connection.execute(sql).fetchone()
    return row[0] if row else 0
