"""Contacts of one month as lines of the extract, each counted under the term it must end in."""

from collections import Counter
from random import Random

from deploy.sandbox.register_extract.persons import Person
from deploy.sandbox.register_extract.spans import Span
from deploy.sandbox.register_extract.surveys import VISIT
from deploy.sandbox.register_extract.units import Ward

HEADER = (
    "dw_ek_kontakt;dw_ek_forloeb;dw_sk_sygehusophold;pnr;kont_starttidspunkt;kont_sluttidspunkt;kont_type;"
    "kont_patient_type;prioritet;adiag;kont_ans;kont_ans_inst;kont_ans_hovedspec;kont_ans_geo_reg;kont_inst_ejertype;"
    "kont_fritvalg;kont_aarsag;kont_indb_tidspunkt;flag_kont_afsluttet;borger_koen;borger_foedselsdato;"
    "borger_doedsdato;borger_bo_kom;borger_bo_reg;cprtjek;cprtype;lprindberetningssystem"
)
PLANNED, ACUTE = "ATA3", "ATA1"
DIAGNOSES = ("DG30", "DI109", "DZ038", "DM160", "DJ189", "DE119", "DC509", "DS525", "DK359", "DN390", "DF329", "DF200")
OTHER = "other_survey_or_period"
INCLUDED, ANOTHER_CONTACT, NOT_SAMPLED = "included", "another_contact", "not_sampled"

_STEP = 982_451_653_982_451_653
"""Shares no factor with the moduli below, so that consecutive numbers give scattered ids, none of them twice."""
_ODD = 0x9E3779B97F4A7C15F39CC0605CEDC835


class Ids:
    """Ids of contacts, courses and stays: text of 18, 19 or 20 digits, or a GUID."""

    def __init__(self) -> None:
        self._given = 0

    def number(self) -> str:
        """18 digits."""
        self._given += 1
        return str(10**17 + self._given * _STEP % (9 * 10**17))

    def contact(self) -> str:
        number = self.number()
        kind = self._given % 10
        if kind < 6:
            return number
        if kind == 6:
            return f"1{number}"
        if kind == 7:
            return f"12{number}"
        digits = f"{int(number) * _ODD % 2**128:032X}"
        return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


class Contacts:
    """One month's contacts, and how many of a ward end in which term of the ward's own survey.

    Every other survey's wave sees each of them as OTHER.
    """

    def __init__(self, rng: Random, ids: Ids) -> None:
        self.lines: list[str] = []
        self.terms: Counter[tuple[str, str]] = Counter()
        self._rng = rng
        self._ids = ids

    def add(
        self,
        person: Person,
        ward: Ward,
        span: Span,
        term: str,
        *,
        kind: str = VISIT,
        priority: str = PLANNED,
        course: str = "",
        stay: str = "",
    ) -> None:
        """One contact. Without a course it has one of its own; without a stay it belongs to none."""
        draw = int(self._rng.random() * 1200)
        cpr = person.cpr if draw % 50 else f"{person.cpr[:6]}-{person.cpr[6:]}"
        self.lines.append(
            f"{self._ids.contact()};{course or self._ids.number()};{stay};{cpr};{span.start};{span.end};{kind};;"
            f"{priority};{DIAGNOSES[draw % 12]};{ward.columns};{draw % 2};AVA{draw % 3};{span.reported};"
            f"{int(span.end != '')};{person.columns};Prøvejournal"
        )
        self.terms[ward.code, term] += 1

    def repeat(self, line: str, code: str) -> None:
        """A contact of another month in the ward of this code, as it stands."""
        self.lines.append(line)
        self.terms[code, OTHER] += 1

    def course(self) -> str:
        """The id of a course or stay that several contacts share."""
        return self._ids.number()
