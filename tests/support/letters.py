"""A letter in two languages."""

from services.dispatch.letter_pdf import LetterText

ANSWER_URL = "https://svar.puls.example"

DANISH = LetterText(
    language="da",
    subject="Hvordan var det?",
    paragraphs=(
        "Du har for nylig været på hospitalet. Vi vil gerne høre, hvordan det var.",
        "Det er frivilligt at svare.",
    ),
    sender="Patientoplevelser i Danmark",
    link_label="Svar på spørgeskemaet",
    code_label="Eller skriv koden på svar.puls.example:",
    closing="Med venlig hilsen",
)
ENGLISH = LetterText(
    language="en",
    subject="How was it?",
    paragraphs=("You have recently been at a hospital. We would like to hear how it was.", "Taking part is voluntary."),
    sender="Patientoplevelser i Danmark",
    link_label="Answer the questions",
    code_label="Or type the code at svar.puls.example:",
    closing="Kind regards",
)
