"""What people write in the free text, and how they type a code."""

from collections.abc import Callable, Mapping, Sequence

from deploy.sandbox.patients.browser import Form
from deploy.sandbox.patients.habits import Mood

REMARKS: Mapping[str, Sequence[str]] = {
    "da": (
        "Personalet var søde og havde tid til mig.",
        "Ventetiden var lang, men lægen forklarede alt.\nTak for hjælpen!",
        'Der stod "kl. 9" i brevet, men jeg blev kaldt ind 10.30 & måtte vente <stående>.',
        "Alt i alt fint 👍",
    ),
    "en": ("The nurses were kind.", "Long waiting time; the doctor's explanation was good."),
}
NUMBERS = (
    "Mit CPR-nummer er {cpr}, ring til mig.",
    "Jeg hedder det samme som min søn, {day}-{serial} er mig.",
    "CPR {day} {serial}. Ring på 20 00 00 07 efter kl. 16.",
    "Min kone træffes på +45 20000007.",
)
"""What should not be written there. The telephone number is made up."""

SHARE_ANSWERED = 0.93
SHARE_WITH_REMARK = 0.25
SHARE_WITH_NUMBERS = 0.3
"""Of the remarks."""

TYPING: Sequence[Callable[[str], str]] = (
    str,
    str.lower,
    lambda code: code.replace("-", ""),
    lambda code: code.replace("-", " ").lower(),
    lambda code: f" {code.replace('0', 'o').replace('1', 'l')} ",
)


def typed(code: str, mood: Mood) -> str:
    """The code as this person types it: anyhow, but so that it can be read."""
    letters = code.replace("-", "")
    grouped = "-".join(letters[start : start + 4] for start in range(0, len(letters), 4))
    return TYPING[int(mood.draw("typing") * len(TYPING))](grouped)


def answers(form: Form, mood: Mood, cpr: str, language: str) -> dict[str, str]:
    """What this person puts into a page's form: the first choice always, most others, sometimes a remark."""
    filled = {}
    for place, (name, values) in enumerate(form.choices.items()):
        if place == 0 or mood.hits(SHARE_ANSWERED, f"answers {name}"):
            filled[name] = mood.choose(values, name)
    for name in form.texts:
        if mood.hits(SHARE_WITH_REMARK, f"answers {name}"):
            filled[name] = _remark(mood, cpr, language)
    return filled


def _remark(mood: Mood, cpr: str, language: str) -> str:
    remark = mood.choose(REMARKS[language], "remark")
    if not mood.hits(SHARE_WITH_NUMBERS, "numbers in the remark"):
        return remark
    return f"{remark} {mood.choose(NUMBERS, 'which numbers').format(cpr=cpr, day=cpr[:6], serial=cpr[6:])}"
