"""Who of those who may be asked is drawn: one contact a person, and at most so many persons a unit.

The draw is the order of hashes of seed and contact, so it depends neither on the order of rows nor on threads nor on
the version of DuckDB. The two draws have hashes of their own: with one for both, who has several contacts would be
likelier to be among the first of a unit.
"""

from collections.abc import Sequence
from pathlib import Path

import duckdb

from services.inclusion.domain.selection import Patient, UnitCount
from services.inclusion.domain.wave import Wave
from services.inclusion.extract.database import told_quietly

TABLES = "CREATE TABLE asked_first (cpr VARCHAR)"
FILL_ASKED_FIRST = "INSERT INTO asked_first SELECT cpr FROM read_parquet($files)"

DRAWN = """
CREATE TABLE drawn AS
WITH enough AS (
    SELECT unit FROM judged WHERE term IS NULL GROUP BY unit HAVING count(DISTINCT cpr) >= $at_least_eligible
), eligible AS (
    SELECT delivery, contact, cpr, unit,
           CASE WHEN unit NOT IN (FROM enough) THEN 'too_few_eligible'
                WHEN cpr IN (FROM asked_first) THEN 'other_survey_first' END AS term
    FROM judged WHERE term IS NULL
), one_a_person AS (
    SELECT *, term IS NULL AND row_number() OVER (
        PARTITION BY cpr, term ORDER BY sha256($seed || ':contact:' || contact), contact) > 1 AS is_another
    FROM eligible
), sampled AS (
    SELECT *, row_number() OVER (
        PARTITION BY unit, term, is_another ORDER BY sha256($seed || ':unit:' || contact), contact) AS place
    FROM one_a_person
)
SELECT delivery, contact,
       CASE WHEN term IS NOT NULL THEN term
            WHEN is_another THEN 'another_contact'
            WHEN place > $at_most_per_unit THEN 'not_sampled'
            ELSE 'included' END AS term
FROM sampled
"""

SELECTED = """
CREATE TABLE selected AS
SELECT unit, cpr, day, born, patient_type, coalesce(drawn.term, judged.term) AS term
FROM judged LEFT JOIN drawn USING (delivery, contact)
"""

UNIT_TERMS = "SELECT unit, term, count(*) FROM selected GROUP BY unit, term ORDER BY unit, term"
PATIENTS = """
SELECT cpr, unit, day, born, patient_type FROM selected
WHERE term = 'included' AND unit IN (SELECT unnest($units::VARCHAR[])) ORDER BY unit, cpr
"""
KEEP_PERSONS = "COPY (SELECT cpr FROM selected WHERE term = 'included') TO $file (FORMAT parquet)"
DONE = "DROP TABLE judged; DROP TABLE drawn; DELETE FROM selected WHERE term <> 'included'"
UNLIMITED = 2**31


@told_quietly()
def draw(connection: duckdb.DuckDBPyConnection, wave: Wave, asked_first: Sequence[Path]) -> Sequence[UnitCount]:
    """From the table `judged` to the table `selected`; what became of each unit's contacts, by unit.

    `asked_first` are files that `keep_persons` wrote for the waves that this one yields to.
    """
    connection.execute(TABLES)
    if asked_first:
        connection.execute(FILL_ASKED_FIRST, {"files": [str(file) for file in asked_first]})
    sampling = wave.rules.sampling
    limits = {
        "seed": wave.seed,
        "at_least_eligible": sampling.at_least_eligible,
        "at_most_per_unit": sampling.at_most_per_unit or UNLIMITED,
    }
    connection.execute(DRAWN, limits)
    connection.execute(SELECTED)
    counts = _unit_counts(connection)
    connection.execute(DONE)
    return counts


@told_quietly()
def patients(connection: duckdb.DuckDBPyConnection, units: Sequence[str]) -> Sequence[Patient]:
    """Who is asked about these units, in an order that is always the same."""
    return [Patient(*row) for row in connection.execute(PATIENTS, {"units": list(units)}).fetchall()]


@told_quietly()
def keep_persons(connection: duckdb.DuckDBPyConnection, file: Path) -> None:
    """Writes down who is asked, for the waves that yield to this one."""
    connection.execute(KEEP_PERSONS, {"file": str(file)})


def _unit_counts(connection: duckdb.DuckDBPyConnection) -> Sequence[UnitCount]:
    units: dict[str, dict[str, int]] = {}
    for unit, term, number in connection.execute(UNIT_TERMS).fetchall():
        units.setdefault(unit, {})[term] = number
    return [UnitCount(unit, terms, len(units)) for unit, terms in units.items()]
