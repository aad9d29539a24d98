"""Letters in German: formal (Sie), informal (du), and both as they are spelt in Switzerland."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from feedbackkit.channels.letters.phrases import Phrases
from feedbackkit.domain.request import Form, Occasion
from feedbackkit.links import Purpose

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["GERMAN", "GERMAN_INFORMAL", "SWISS", "SWISS_INFORMAL"]

GERMAN: Final = Phrases(
    language="de",
    greeting="Guten Tag {name},",
    ask_subject="Ein paar Minuten zu {subject}",
    reminder_subject="Zur Erinnerung: ein paar Minuten zu {subject}",
    several_subject="Ein paar Minuten zu {count} Personen",
    ask="{sender} wäre Ihnen für ein Wort dankbar:",
    reminder="{sender} hatte Sie vor einiger Zeit gefragt, und Ihr Wort würde weiterhin helfen:",
    nudge_subject="Ein Wort an {subject}?",
    nudge="{sender} hat eine kleine Bitte:",
    nudge_question="Würden Sie {subject} beim nächsten Gespräch darauf ansprechen?",
    nudge_reason="Wir haben {subject} um ein Wort über Ihre Arbeit gebeten und noch nichts gehört.",
    nudge_form="Ein Satz von Ihnen bewirkt mehr als eine weitere E-Mail von uns; eine Antwort ist nicht nötig.",
    thanks_subject="Danke für Ihre Antwort",
    thanks="Ihre Antwort ist bei {sender} angekommen.",
    thanked={
        Occasion.QUALITY_CHECK: "Danke, dass Sie uns gesagt haben, wie die Arbeit mit {subject} läuft.",
        Occasion.REFERENCE: "Danke für Ihre Referenz zu {subject}.",
        Occasion.CLOSING_REVIEW: "Danke für Ihren Rückblick auf die Arbeit mit {subject}.",
        Occasion.REFERENCE_CHECK: "Danke, dass Sie uns gesagt haben, wie die Arbeit mit {subject} war.",
        Occasion.VERIFICATION: "Danke, dass Sie noch einmal angesehen haben, was Sie über {subject} geschrieben haben.",
        Occasion.SELF_ASSESSMENT: "Danke für Ihre Sicht auf Ihre eigene Arbeit, {subject}.",
        Occasion.PROVIDER_VIEW: "Danke, dass Sie uns gesagt haben, wie wir waren.",
        Occasion.REVIEW: "Danke für Ihre Sicht auf die Arbeit von {subject}.",
        Occasion.NAMING: "Danke für Ihre Hilfe bei der Suche nach jemandem, der berichten kann, {subject}.",
    },
    thanks_form="Sie müssen nichts weiter tun.",
    owed="Wie versprochen erhalten Sie dafür bis zum {day}: {benefit}.",
    withdrawal_subject="Eine Antwort ist nicht mehr nötig",
    withdrawal="{sender} hatte Sie um ein Wort gebeten, und eine Antwort ist nicht mehr nötig:",
    withdrawn={
        Occasion.QUALITY_CHECK: "Sie müssen uns nicht mehr sagen, wie die Arbeit mit {subject} läuft.",
        Occasion.REFERENCE: "Sie müssen nichts mehr über {subject} schreiben.",
        Occasion.CLOSING_REVIEW: "Sie müssen nicht mehr auf die Arbeit mit {subject} zurückblicken.",
        Occasion.REFERENCE_CHECK: "Sie müssen uns nicht mehr sagen, wie die Arbeit mit {subject} war.",
        Occasion.VERIFICATION: "Sie müssen nicht mehr ansehen, was Sie über {subject} geschrieben haben.",
        Occasion.SELF_ASSESSMENT: "Sie müssen Ihre eigene Arbeit nicht mehr einschätzen, {subject}.",
        Occasion.PROVIDER_VIEW: "Sie müssen uns nicht mehr sagen, wie wir waren.",
        Occasion.REVIEW: "Sie müssen uns Ihre Sicht auf die Arbeit von {subject} nicht mehr geben.",
        Occasion.NAMING: "Sie müssen uns niemanden mehr nennen, {subject}.",
    },
    withdrawal_form="Es folgt keine Erinnerung, und Sie müssen nichts tun. Danke für Ihre Zeit.",
    invitation_subject="Ihr Termin mit {sender}",
    invitation="{sender} freut sich auf das Gespräch mit Ihnen:",
    moved="{sender} bestätigt Ihnen den neuen Termin:",
    appointments={
        Form.WRITTEN: "Gespräch über {subject}",
        Form.TALK: "Gespräch über {subject}",
        Form.PHONE: "Telefonat über {subject}",
    },
    when="{weekday}, {day}, {time} Uhr ({zone}), {minutes} Minuten.",
    where="Ort: {place}.",
    invitation_form="Wenn Ihnen das nicht passt, genügt eine kurze Antwort.",
    cancellation_subject="Ihr Termin mit {sender} entfällt",
    cancellation="Dieser Termin mit {sender} findet nicht statt:",
    cancellation_form="Sie müssen nichts tun.",
    weekdays=("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"),
    day="{day}. {month} {year}",
    months=(
        "Januar",
        "Februar",
        "März",
        "April",
        "Mai",
        "Juni",
        "Juli",
        "August",
        "September",
        "Oktober",
        "November",
        "Dezember",
    ),
    questions={
        Occasion.QUALITY_CHECK: "Wie läuft die Arbeit mit {subject}?",
        Occasion.REFERENCE: "Würden Sie einige Sätze über {subject} schreiben, die ein späterer Kunde lesen darf?",
        Occasion.CLOSING_REVIEW: "Im Rückblick: Wie war die Arbeit mit {subject}?",
        Occasion.REFERENCE_CHECK: "Wie war es, mit {subject} zu arbeiten?",
        Occasion.VERIFICATION: "Gilt noch, was Sie über {subject} geschrieben haben?",
        Occasion.SELF_ASSESSMENT: "Wie sehen Sie Ihre eigene Arbeit, {subject}?",
        Occasion.PROVIDER_VIEW: "Wie waren wir, aus Ihrer Sicht?",
        Occasion.REVIEW: "Wie sehen Sie die Arbeit von {subject}?",
        Occasion.NAMING: "Wer kann noch von der Arbeit mit Ihnen berichten, {subject}? Einer kann es nicht.",
    },
    reasons={
        Occasion.QUALITY_CHECK: "Sie arbeiten mit {subject} zusammen und können es am besten sagen.",
        Occasion.REFERENCE: "Sie haben die Arbeit von {subject} selbst erlebt; Ihr Wort zählt mehr als unseres.",
        Occasion.CLOSING_REVIEW: "Sie haben mit {subject} gearbeitet und wissen, was noch zu sagen ist.",
        Occasion.REFERENCE_CHECK: "{subject} hat Sie als jemanden genannt, der davon berichten kann.",
        Occasion.VERIFICATION: "Es sind Ihre Worte: Nur Sie können das sagen.",
        Occasion.SELF_ASSESSMENT: "Ihre eigene Sicht gehört neben die der anderen.",
        Occasion.PROVIDER_VIEW: "Sie haben mit uns gearbeitet und wissen, was wir besser machen können.",
        Occasion.REVIEW: "Sie sehen die Arbeit von {subject} von dort, wo Sie stehen.",
        Occasion.NAMING: "Sie wissen am besten, wer Ihre Arbeit gesehen hat.",
    },
    forms={
        Form.WRITTEN: "Eine kurze Antwort genügt; sie dauert etwa fünf Minuten.",
        Form.TALK: "Ein Gespräch von einer Viertelstunde genügt: Wann würde es Ihnen passen?",
        Form.PHONE: "Ein Anruf von zehn Minuten genügt: Wann dürfen wir anrufen?",
    },
    benefit="Was immer Sie antworten, Sie erhalten dafür: {benefit}.",
    offers={
        Purpose.ANSWER: "Jetzt antworten",
        Purpose.LATER: "Später fragen",
        Purpose.SOMEBODY_ELSE: "Jemand anderen fragen",
        Purpose.NO: "Nein, danke",
        Purpose.NEVER: "Nie mehr fragen",
    },
    ways=(
        "Wenn Sie lieber nicht antworten, ein anderer Zeitpunkt besser passt oder jemand anderes mehr sagen kann, "
        "antworten Sie bitte kurz. Wenn Sie dazu nichts mehr von uns hören möchten, sagen Sie es, und wir lassen es."
    ),
    notice=(
        "Sie können solchen Anfragen jederzeit widersprechen, ohne dass dafür andere als die Übermittlungskosten "
        "nach den Basistarifen entstehen: Eine Antwort genügt."
    ),
    farewell="Mit freundlichen Grüßen",
)

GERMAN_INFORMAL: Final = GERMAN._replace(
    greeting="Hallo {name},",
    ask="{sender} wäre dir für ein Wort dankbar:",
    reminder="{sender} hatte dich vor einiger Zeit gefragt, und dein Wort würde weiterhin helfen:",
    nudge_question="Würdest du {subject} beim nächsten Gespräch darauf ansprechen?",
    nudge_reason="Wir haben {subject} um ein Wort über deine Arbeit gebeten und noch nichts gehört.",
    nudge_form="Ein Satz von dir bewirkt mehr als eine weitere E-Mail von uns; eine Antwort ist nicht nötig.",
    thanks_subject="Danke für deine Antwort",
    thanks="Deine Antwort ist bei {sender} angekommen.",
    thanked={
        Occasion.QUALITY_CHECK: "Danke, dass du uns gesagt hast, wie die Arbeit mit {subject} läuft.",
        Occasion.REFERENCE: "Danke für deine Referenz zu {subject}.",
        Occasion.CLOSING_REVIEW: "Danke für deinen Rückblick auf die Arbeit mit {subject}.",
        Occasion.REFERENCE_CHECK: "Danke, dass du uns gesagt hast, wie die Arbeit mit {subject} war.",
        Occasion.VERIFICATION: "Danke, dass du noch einmal angesehen hast, was du über {subject} geschrieben hast.",
        Occasion.SELF_ASSESSMENT: "Danke für deine Sicht auf deine eigene Arbeit, {subject}.",
        Occasion.PROVIDER_VIEW: "Danke, dass du uns gesagt hast, wie wir waren.",
        Occasion.REVIEW: "Danke für deine Sicht auf die Arbeit von {subject}.",
        Occasion.NAMING: "Danke für deine Hilfe bei der Suche nach jemandem, der berichten kann, {subject}.",
    },
    thanks_form="Du musst nichts weiter tun.",
    owed="Wie versprochen erhältst du dafür bis zum {day}: {benefit}.",
    withdrawal="{sender} hatte dich um ein Wort gebeten, und eine Antwort ist nicht mehr nötig:",
    withdrawn={
        Occasion.QUALITY_CHECK: "Du musst uns nicht mehr sagen, wie die Arbeit mit {subject} läuft.",
        Occasion.REFERENCE: "Du musst nichts mehr über {subject} schreiben.",
        Occasion.CLOSING_REVIEW: "Du musst nicht mehr auf die Arbeit mit {subject} zurückblicken.",
        Occasion.REFERENCE_CHECK: "Du musst uns nicht mehr sagen, wie die Arbeit mit {subject} war.",
        Occasion.VERIFICATION: "Du musst nicht mehr ansehen, was du über {subject} geschrieben hast.",
        Occasion.SELF_ASSESSMENT: "Du musst deine eigene Arbeit nicht mehr einschätzen, {subject}.",
        Occasion.PROVIDER_VIEW: "Du musst uns nicht mehr sagen, wie wir waren.",
        Occasion.REVIEW: "Du musst uns deine Sicht auf die Arbeit von {subject} nicht mehr geben.",
        Occasion.NAMING: "Du musst uns niemanden mehr nennen, {subject}.",
    },
    withdrawal_form="Es folgt keine Erinnerung, und du musst nichts tun. Danke für deine Zeit.",
    invitation_subject="Dein Termin mit {sender}",
    invitation="{sender} freut sich auf das Gespräch mit dir:",
    moved="{sender} bestätigt dir den neuen Termin:",
    invitation_form="Wenn dir das nicht passt, genügt eine kurze Antwort.",
    cancellation_subject="Dein Termin mit {sender} entfällt",
    cancellation_form="Du musst nichts tun.",
    questions={
        **GERMAN.questions,
        Occasion.REFERENCE: "Würdest du einige Sätze über {subject} schreiben, die ein späterer Kunde lesen darf?",
        Occasion.VERIFICATION: "Gilt noch, was du über {subject} geschrieben hast?",
        Occasion.SELF_ASSESSMENT: "Wie siehst du deine eigene Arbeit, {subject}?",
        Occasion.PROVIDER_VIEW: "Wie waren wir, aus deiner Sicht?",
        Occasion.REVIEW: "Wie siehst du die Arbeit von {subject}?",
        Occasion.NAMING: "Wer kann noch von der Arbeit mit dir berichten, {subject}? Einer kann es nicht.",
    },
    reasons={
        Occasion.QUALITY_CHECK: "Du arbeitest mit {subject} zusammen und kannst es am besten sagen.",
        Occasion.REFERENCE: "Du hast die Arbeit von {subject} selbst erlebt; dein Wort zählt mehr als unseres.",
        Occasion.CLOSING_REVIEW: "Du hast mit {subject} gearbeitet und weißt, was noch zu sagen ist.",
        Occasion.REFERENCE_CHECK: "{subject} hat dich als jemanden genannt, der davon berichten kann.",
        Occasion.VERIFICATION: "Es sind deine Worte: Nur du kannst das sagen.",
        Occasion.SELF_ASSESSMENT: "Deine eigene Sicht gehört neben die der anderen.",
        Occasion.PROVIDER_VIEW: "Du hast mit uns gearbeitet und weißt, was wir besser machen können.",
        Occasion.REVIEW: "Du siehst die Arbeit von {subject} von dort, wo du stehst.",
        Occasion.NAMING: "Du weißt am besten, wer deine Arbeit gesehen hat.",
    },
    forms={
        Form.WRITTEN: GERMAN.forms[Form.WRITTEN],
        Form.TALK: "Ein Gespräch von einer Viertelstunde genügt: Wann würde es dir passen?",
        Form.PHONE: GERMAN.forms[Form.PHONE],
    },
    benefit="Was immer du antwortest, du erhältst dafür: {benefit}.",
    ways=(
        "Wenn du lieber nicht antwortest, ein anderer Zeitpunkt besser passt oder jemand anderes mehr sagen kann, "
        "antworte bitte kurz. Wenn du dazu nichts mehr von uns hören möchtest, sag es, und wir lassen es."
    ),
    notice=(
        "Du kannst solchen Anfragen jederzeit widersprechen, ohne dass dafür andere als die Übermittlungskosten "
        "nach den Basistarifen entstehen: Eine Antwort genügt."
    ),
    farewell="Viele Grüße",
)


def _swiss(phrases: Phrases) -> Phrases:
    """The same without ß, which is not written in Switzerland; the names in it come later and stay as they are."""
    return Phrases(*(_without_eszett(field) for field in phrases))


def _without_eszett(value: str | tuple[str, ...] | Mapping[Any, str]) -> Any:  # noqa: ANN401 - as it came
    if isinstance(value, str):
        return value.replace("ß", "ss")
    if isinstance(value, tuple):
        return tuple(text.replace("ß", "ss") for text in value)
    return {key: text.replace("ß", "ss") for key, text in value.items()}


SWISS: Final = _swiss(GERMAN)
SWISS_INFORMAL: Final = _swiss(GERMAN_INFORMAL)
