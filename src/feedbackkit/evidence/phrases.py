"""The words that a dossier is told in, English and German, and how numbers and dates are written in them."""

from __future__ import annotations

from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, final

import attrs
import pendulum

from feedbackkit.domain.checks import shape
from feedbackkit.domain.times import face
from feedbackkit.errors import InvalidValue

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator, Mapping

    from feedbackkit.evidence.dossier import CheckedPoint, Criterion, Dossier, Gap, Labels, Speaker, Statement

__all__ = ["LANGUAGES", "Phrases", "phrases"]

_ENGLISH: Final = {
    "title": "Dossier",
    "about": "What is said about {name}",
    "for": "for {audience}",
    "as of": "as of {date}",
    "put together by": "put together by {provider}",
    "version": "version {version}",
    "audience internal": "the provider",
    "audience subject": "the professional",
    "audience clients": "future clients",
    "audience client": "one client",
    "in short": "In short",
    "summary": "{statements} from {sources}.",
    "statement one": "1 statement",
    "statement many": "{n} statements",
    "source one": "1 independent source",
    "source many": "{n} independent sources",
    "kept back one": "1 more was given for other readers and is not shown here.",
    "kept back many": "{n} more were given for other readers and are not shown here.",
    "numbers": "The numbers, and how sure they are",
    "how to read": (
        "Each number allows for how strictly its sources rate otherwise, and leans towards what is usual where few "
        "have spoken. The range is where the true value lies with a probability of {level}; the columns count "
        "single ratings."
    ),
    "criterion": "Question",
    "number": "Number",
    "range": "Range ({level})",
    "scale": "Scale",
    "certainty": "Certainty",
    "certainty high": "high",
    "certainty moderate": "moderate",
    "certainty low": "low",
    "certainty very_low": "very low",
    "because": "less certain, for {concerns}",
    "concern conflict": "many sources declared a conflict",
    "concern consistency": "the sources contradict each other",
    "concern directness": "most sources did not see the work itself",
    "concern imprecision": "the range is wide or the sources are few",
    "concern selection": "the professional chose most of the sources",
    "sources": "Sources",
    "plain mean": "Plain mean",
    "no number": "no number: fewer than {n} independent sources",
    "no number short": "no number",
    "nothing rated": "not rated",
    "with conflicts": "{number} with the ratings under a declared conflict",
    "own rating": "rates it {number}, {gap} {direction} than others do",
    "own rating alone": "rates it {number}",
    "the subject": "The professional",
    "higher": "higher",
    "lower": "lower",
    "the same": "The professional rates it {number}, as others do",
    "how it comes about": "How each number comes about",
    "rating": "Rating",
    "severity": "Its source rates",
    "severity unknown": "not known: its only rating",
    "severity even": "as others do ({n} ratings)",
    "severity lenient": "{by} higher than others ({n} ratings)",
    "severity severe": "{by} lower than others ({n} ratings)",
    "always top": "always gives the top score",
    "corrected": "Corrected",
    "weight": "Weight",
    "without": "Number without it",
    "the pool": "what is usual",
    "left out conflict": "left out: a declared conflict",
    "left out": "left out: {why}",
    "words": "In their own words",
    "strength": "Strengths",
    "caution": "What to bear in mind",
    "word": "In general",
    "not quotable": "Its source let it be counted, not quoted.",
    "no words": "Ratings alone, no words.",
    "rated": "Ratings",
    "yes": "yes",
    "no": "no",
    "reply": "Reply of the professional, {date}",
    "own view": "The professional’s own view",
    "verified": "Asked again on {date}",
    "outcome confirmed": "confirmed",
    "outcome differs": "differs in part",
    "outcome contradicted": "contradicted",
    "conflict": "Declared conflict: {conflict}",
    "flag": "To be looked at: {flag}",
    "upheld": "Looked at, and upheld: {flag}",
    "flag same_person": "two who answered seem to be one person",
    "flag confusable": "a name or an address can be taken for another one",
    "flag free_mail": "an address that anybody can have, for an employer",
    "flag quick": "answered within minutes",
    "flag same_text": "the same words as in another answer",
    "flag same_network": "from the same network as another answer",
    "quotes": (
        "These words are from version {quotes} of the answer; it was revised since, and the ratings are from version "
        "{revision}."
    ),
    "valid until": "may be shown until {date}",
    "source number": "Source {n}",
    "unnamed": "Source {n}",
    "relation sponsor": "sponsor",
    "relation line_manager": "line manager",
    "relation peer": "peer",
    "relation report": "report",
    "relation client_of_client": "client of the client",
    "relation self": "the professional",
    "relation none": "relation not known",
    "directness direct": "worked with the professional",
    "directness results": "saw the results",
    "directness hearsay": "knows it from others",
    "for days": "({n} days)",
    "for months": "({n} months)",
    "not independent": "not independent",
    "occasion quality_check": "Quality check",
    "occasion reference": "Reference",
    "occasion closing_review": "Closing review",
    "occasion reference_check": "Reference check",
    "occasion verification": "Verification",
    "occasion self_assessment": "Self-assessment",
    "occasion provider_view": "View of the provider",
    "occasion naming": "Naming of referees",
    "occasion review": "360-degree feedback",
    "form written": "in writing",
    "form talk": "in a talk",
    "form phone": "on the phone",
    "asked title": "Who was asked, and who kept silent",
    "occasion": "Occasion",
    "asked": "Asked",
    "answered": "Answered",
    "shown": "Shown here",
    "declined": "Declined",
    "silent": "Silent",
    "waiting": "Still open",
    "passed_on": "Passed on",
    "unreached": "Not reached or taken back",
    "all": "All",
    "count asked": "{n} asked",
    "count answered": "{n} answered",
    "count shown": "{n} shown here",
    "count declined": "{n} declined",
    "count silent": "{n} silent",
    "count waiting": "{n} still open",
    "count passed_on": "{n} passed on",
    "count unreached": "{n} not reached or taken back",
    "timeline": "When it was said",
    "when": "When",
    "what": "What",
    "moment statement": "{who}: {what}",
    "moment check": "Verification: {outcome} ({who})",
    "moment reply": "Reply of the professional to {who}",
    "moment retracted": "A statement was retracted",
    "moment superseded": "A newer statement took the place of an older one",
    "engagements": "Engagements",
    "engagement": "Engagement",
    "client": "Client",
    "from": "From",
    "until": "Until",
    "gaps": "What is missing",
    "gap nobody": "Nobody has said anything yet that may be read here.",
    "gap relation sponsor": "No word from a sponsor.",
    "gap relation line_manager": "No word from a line manager.",
    "gap relation peer": "No word from a peer.",
    "gap relation report": "No word from anybody whom the professional led.",
    "gap relation client_of_client": "No word from a client of the client.",
    "gap station": "No word from {client} ({detail}).",
    "gap few_sources one": "Only 1 independent source: too few for a number.",
    "gap few_sources many": "Only {detail} independent sources: too few for a number.",
    "gap few_sources none": "No independent source: too few for a number.",
    "gap one_house": "All sources are of one organisation.",
    "gap unchecked": "Nothing was verified by asking again.",
    "gap old": "The newest word is more than two years old.",
    "shown title": "Who was shown what",
    "to whom": "To whom",
    "which version": "Version",
    "interval plot": "{criterion}: {number}, range {low} to {high} on a scale from {bottom} to {top}",
    "interval plot none": "{criterion}: {number}, on a scale from {bottom} to {top}",
    "legend number": "number",
    "legend range": "range",
    "legend rating": "rating",
    "legend conflict": "rating under a declared conflict",
    "legend self": "own rating",
    "legend usual": "what is usual",
    "timeline plot": "Statements, verifications and engagements from {start} to {end}",
    "legend statement": "statement",
    "legend check": "verification",
    "legend reply": "reply",
    "page": "Page",
    "fine print": (
        "Only what each source let this reader see. Silence is counted, not hidden. The professional may read every "
        "statement and reply to it."
    ),
}

_GERMAN: Final = {
    "title": "Dossier",
    "about": "Was über {name} gesagt wird",
    "for": "für {audience}",
    "as of": "Stand {date}",
    "put together by": "zusammengestellt von {provider}",
    "version": "Fassung {version}",
    "audience internal": "den Provider",
    "audience subject": "die beurteilte Person",
    "audience clients": "künftige Kunden",
    "audience client": "einen Kunden",
    "in short": "Kurz gefasst",
    "summary": "{statements} von {sources}.",
    "statement one": "1 Aussage",
    "statement many": "{n} Aussagen",
    "source one": "1 unabhängigen Quelle",
    "source many": "{n} unabhängigen Quellen",
    "kept back one": "1 weitere ist für andere Leser bestimmt und steht hier nicht.",
    "kept back many": "{n} weitere sind für andere Leser bestimmt und stehen hier nicht.",
    "numbers": "Die Zahlen, und wie sicher sie sind",
    "how to read": (
        "Jede Zahl berücksichtigt, wie streng ihre Quellen sonst urteilen, und neigt zum Üblichen, wo wenige "
        "gesprochen haben. Im Bereich liegt der wahre Wert mit einer Wahrscheinlichkeit von {level}; die Säulen "
        "zählen einzelne Bewertungen."
    ),
    "criterion": "Frage",
    "number": "Zahl",
    "range": "Bereich ({level})",
    "scale": "Skala",
    "certainty": "Sicherheit",
    "certainty high": "hoch",
    "certainty moderate": "mittel",
    "certainty low": "gering",
    "certainty very_low": "sehr gering",
    "because": "weniger sicher, denn {concerns}",
    "concern conflict": "viele Quellen haben Befangenheit erklärt",
    "concern consistency": "die Quellen widersprechen einander",
    "concern directness": "die meisten Quellen haben die Arbeit nicht selbst gesehen",
    "concern imprecision": "der Bereich ist weit oder es sind wenige Quellen",
    "concern selection": "die beurteilte Person hat die meisten Quellen ausgesucht",
    "sources": "Quellen",
    "plain mean": "Einfaches Mittel",
    "no number": "keine Zahl: weniger als {n} unabhängige Quellen",
    "no number short": "keine Zahl",
    "nothing rated": "nicht bewertet",
    "with conflicts": "{number} mit den Bewertungen bei erklärter Befangenheit",
    "own rating": "bewertet es mit {number}, um {gap} {direction} als andere",
    "own rating alone": "bewertet es mit {number}",
    "the subject": "Die beurteilte Person",
    "higher": "höher",
    "lower": "niedriger",
    "the same": "Die beurteilte Person bewertet es mit {number}, wie andere auch",
    "how it comes about": "Wie jede Zahl zustande kommt",
    "rating": "Bewertung",
    "severity": "Die Quelle urteilt",
    "severity unknown": "unbekannt: ihre einzige Bewertung",
    "severity even": "wie andere ({n} Bewertungen)",
    "severity lenient": "um {by} höher als andere ({n} Bewertungen)",
    "severity severe": "um {by} niedriger als andere ({n} Bewertungen)",
    "always top": "gibt immer die Bestnote",
    "corrected": "Berichtigt",
    "weight": "Gewicht",
    "without": "Zahl ohne sie",
    "the pool": "das Übliche",
    "left out conflict": "nicht gezählt: erklärte Befangenheit",
    "left out": "nicht gezählt: {why}",
    "words": "Im Wortlaut",
    "strength": "Stärken",
    "caution": "Zu bedenken",
    "word": "Allgemein",
    "not quotable": "Die Quelle lässt zählen, aber nicht zitieren.",
    "no words": "Nur Bewertungen, keine Worte.",
    "rated": "Bewertungen",
    "yes": "ja",
    "no": "nein",
    "reply": "Erwiderung der beurteilten Person, {date}",
    "own view": "Die eigene Sicht der beurteilten Person",
    "verified": "Nachgefragt am {date}",
    "outcome confirmed": "bestätigt",
    "outcome differs": "weicht teilweise ab",
    "outcome contradicted": "widersprochen",
    "conflict": "Erklärte Befangenheit: {conflict}",
    "upheld": "Geprüft und bestätigt: {flag}",
    "flag": "Zu prüfen: {flag}",
    "flag same_person": "zwei, die geantwortet haben, scheinen eine Person zu sein",
    "flag confusable": "ein Name oder eine Adresse ist mit einer anderen zu verwechseln",
    "flag free_mail": "eine Adresse, die jeder haben kann, für einen Arbeitgeber",
    "flag quick": "innerhalb von Minuten geantwortet",
    "flag same_text": "dieselben Worte wie in einer anderen Antwort",
    "flag same_network": "aus demselben Netz wie eine andere Antwort",
    "quotes": (
        "Diese Worte sind aus Fassung {quotes} der Antwort; sie wurde seither geändert, die Bewertungen sind aus "
        "Fassung {revision}."
    ),
    "valid until": "darf bis {date} gezeigt werden",
    "source number": "Quelle {n}",
    "unnamed": "Quelle {n}",
    "relation sponsor": "Auftraggeber",
    "relation line_manager": "Vorgesetzte",
    "relation peer": "Kollegin oder Kollege",
    "relation report": "Mitarbeitende",
    "relation client_of_client": "Kunde des Kunden",
    "relation self": "die beurteilte Person",
    "relation none": "Verhältnis unbekannt",
    "directness direct": "hat mit der beurteilten Person gearbeitet",
    "directness results": "hat die Ergebnisse gesehen",
    "directness hearsay": "weiß es von anderen",
    "for days": "({n} Tage)",
    "for months": "({n} Monate)",
    "not independent": "nicht unabhängig",
    "occasion quality_check": "Qualitätsgespräch",
    "occasion reference": "Referenz",
    "occasion closing_review": "Abschlussgespräch",
    "occasion reference_check": "Referenzgespräch",
    "occasion verification": "Nachfrage",
    "occasion self_assessment": "Selbsteinschätzung",
    "occasion provider_view": "Sicht auf den Provider",
    "occasion naming": "Benennung von Referenzgebern",
    "occasion review": "360-Grad-Feedback",
    "form written": "schriftlich",
    "form talk": "im Gespräch",
    "form phone": "am Telefon",
    "asked title": "Wer gefragt wurde, und wer geschwiegen hat",
    "occasion": "Anlass",
    "asked": "Gefragt",
    "answered": "Geantwortet",
    "shown": "Hier gezeigt",
    "declined": "Abgelehnt",
    "silent": "Geschwiegen",
    "waiting": "Noch offen",
    "passed_on": "Weitergegeben",
    "unreached": "Nicht erreicht oder zurückgezogen",
    "all": "Alle",
    "count asked": "{n} gefragt",
    "count answered": "{n} geantwortet",
    "count shown": "{n} hier gezeigt",
    "count declined": "{n} abgelehnt",
    "count silent": "{n} geschwiegen",
    "count waiting": "{n} noch offen",
    "count passed_on": "{n} weitergegeben",
    "count unreached": "{n} nicht erreicht oder zurückgezogen",
    "timeline": "Wann es gesagt wurde",
    "when": "Wann",
    "what": "Was",
    "moment statement": "{who}: {what}",
    "moment check": "Nachfrage: {outcome} ({who})",
    "moment reply": "Erwiderung der beurteilten Person an {who}",
    "moment retracted": "Eine Aussage wurde zurückgezogen",
    "moment superseded": "Eine neuere Aussage trat an die Stelle einer älteren",
    "engagements": "Mandate",
    "engagement": "Mandat",
    "client": "Kunde",
    "from": "Von",
    "until": "Bis",
    "gaps": "Was fehlt",
    "gap nobody": "Noch hat niemand etwas gesagt, was hier zu lesen wäre.",
    "gap relation sponsor": "Kein Wort eines Auftraggebers.",
    "gap relation line_manager": "Kein Wort von Vorgesetzten.",
    "gap relation peer": "Kein Wort von Kolleginnen oder Kollegen.",
    "gap relation report": "Kein Wort von jemandem, den die beurteilte Person geführt hat.",
    "gap relation client_of_client": "Kein Wort von Kunden des Kunden.",
    "gap station": "Kein Wort von {client} ({detail}).",
    "gap few_sources one": "Nur 1 unabhängige Quelle: zu wenig für eine Zahl.",
    "gap few_sources many": "Nur {detail} unabhängige Quellen: zu wenig für eine Zahl.",
    "gap few_sources none": "Keine unabhängige Quelle: zu wenig für eine Zahl.",
    "gap one_house": "Alle Quellen gehören zu einer Organisation.",
    "gap unchecked": "Nichts wurde durch Nachfrage geprüft.",
    "gap old": "Das neueste Wort ist mehr als zwei Jahre alt.",
    "shown title": "Wem was gezeigt wurde",
    "to whom": "Wem",
    "which version": "Fassung",
    "interval plot": "{criterion}: {number}, Bereich {low} bis {high} auf einer Skala von {bottom} bis {top}",
    "interval plot none": "{criterion}: {number}, auf einer Skala von {bottom} bis {top}",
    "legend number": "Zahl",
    "legend range": "Bereich",
    "legend rating": "Bewertung",
    "legend conflict": "Bewertung bei erklärter Befangenheit",
    "legend self": "eigene Bewertung",
    "legend usual": "das Übliche",
    "timeline plot": "Aussagen, Nachfragen und Mandate von {start} bis {end}",
    "legend statement": "Aussage",
    "legend check": "Nachfrage",
    "legend reply": "Erwiderung",
    "page": "Seite",
    "fine print": (
        "Nur, was jede Quelle diesem Leser zeigen lässt. Schweigen wird gezählt, nicht verschwiegen. Die beurteilte "
        "Person darf jede Aussage lesen und erwidern."
    ),
}

LANGUAGES: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {"de": MappingProxyType(_GERMAN), "en": MappingProxyType(_ENGLISH)}
)
"""The phrases by language; each language has the same ones."""

_MONTH_DAYS: Final = 30.44
_SHORT_STAY: Final = 60


def phrases(locale: str) -> Phrases:
    """The phrases of a language tag such as ``de`` or ``de-CH``; a language without any is an `InvalidValue`."""
    language = locale.partition("-")[0] if isinstance(locale, str) else ""
    if language not in LANGUAGES:
        raise InvalidValue("locale", f"must be of one of the languages {', '.join(LANGUAGES)}", shape(locale))
    return Phrases(language)


@final
@attrs.frozen
class Phrases:
    """The phrases of one language, and how it writes numbers and dates."""

    language: str

    def __call__(self, phrase: str, **details: str) -> str:
        """A phrase with its details filled in."""
        text = LANGUAGES[self.language][phrase]
        return text.format(**details) if details else text

    def counted(self, phrase: str, n: int) -> str:
        """The phrase for one or for many."""
        return self(f"{phrase} one") if n == 1 else self(f"{phrase} many", n=str(n))

    def number(self, value: float, digits: int = 1) -> str:
        """A number with its digits behind the point, or the comma."""
        text = f"{value:.{digits}f}"
        if float(text) == 0.0:
            text = text.removeprefix("-")
        return text.replace(".", ",") if self.language == "de" else text

    def score(self, value: float) -> str:
        """A single rating: whole where it is whole."""
        return str(int(value)) if value == int(value) else self.number(value)

    def percent(self, share: float) -> str:
        """A share of one, in per cent."""
        return f"{share * 100:.0f}\N{NO-BREAK SPACE}%" if self.language == "de" else f"{share * 100:.0f}%"

    def day(self, at_us: int) -> str:
        """The day of an instant, in UTC."""
        return self.date(face(at_us).date())

    def date(self, day: dt.date) -> str:
        """A calendar day, with its month in words."""
        return _written(day, self.language)

    def audience(self, audience: str) -> str:
        """For whom a dossier is."""
        return self(f"audience {audience.partition(':')[0]}")

    def question(self, key: str, labels: Labels) -> str:
        """How a question is called, or else its key, as a person would write it."""
        own = labels.get(key, {})
        text = key.replace("_", " ").replace("-", " ")
        return own.get(self.language) or own.get("en") or text[:1].upper() + text[1:]

    def choice(self, key: str, value: bool | str, labels: Labels) -> str:  # noqa: FBT001 - it is what was said
        """What was chosen: yes or no in words, an option by its label."""
        if isinstance(value, bool):
            return self("yes" if value else "no")
        own = labels.get(f"{key}={value}", {})
        return own.get(self.language) or own.get("en") or value

    def choices(self, choices: Iterable[tuple[str, bool | str]], labels: Labels) -> list[tuple[str, str]]:
        """What was chosen, by question: several choices of one in a row, with commas between them."""
        chosen: dict[str, list[str]] = {}
        for key, value in choices:
            chosen.setdefault(key, []).append(self.choice(key, value, labels))
        return [(key, ", ".join(values)) for key, values in chosen.items()]

    def point(self, point: CheckedPoint) -> str:
        """What a verification found of one thing that was written: both side by side."""
        found = f"{self.quoted(point.written)} – {self(f'outcome {point.outcome}')}"
        return found if point.words is None else f"{found}: {self.quoted(point.words)}"

    def quoted(self, text: str) -> str:
        """Words of somebody, in quotation marks."""
        return f"„{text}“" if self.language == "de" else f"“{text}”"

    def remarks(self, statement: Statement) -> Iterator[str]:
        """What a reader of a statement has to bear in mind: conflicts, flags, and that it was revised since."""
        speaker = statement.speaker
        if speaker.conflict is not None:
            yield self("conflict", conflict=speaker.conflict)
        elif not speaker.independent:
            yield self("not independent")
        if statement.quotes is not None:
            yield self("quotes", quotes=str(statement.quotes), revision=str(statement.revision))
        for flag in statement.flags:
            yield self.flag(flag)
        for flag in statement.upheld:
            yield self.flag(flag, upheld=True)

    def who(self, speaker: Speaker) -> str:
        """Who a source is: the name, or its number where the reader may not know."""
        return speaker.name or self("unnamed", n=str(speaker.number))

    def whence(self, speaker: Speaker) -> str:
        """From where a source speaks: the relation, the organisation, and how near they stood."""
        parts = [self(f"relation {speaker.relation or 'none'}")]
        if speaker.organisation is not None:
            parts.append(speaker.organisation)
        if speaker.directness is not None:
            near = self(f"directness {speaker.directness}")
            parts.append(near if speaker.days is None else f"{near} {self._stay(speaker.days)}")
        elif speaker.days is not None:
            parts.append(self._stay(speaker.days).strip("()"))
        return ", ".join(parts)

    def _stay(self, days: int) -> str:
        if days <= _SHORT_STAY:
            return self("for days", n=str(days))
        return self("for months", n=f"{days / _MONTH_DAYS:.0f}")

    def flag(self, flag: str, *, upheld: bool = False) -> str:
        """Why a statement may not be what it seems, and whether somebody found that so."""
        return self("upheld" if upheld else "flag", flag=LANGUAGES[self.language].get(f"flag {flag}", flag))

    def gap(self, gap: Gap, dossier: Dossier) -> str:
        """What is missing, in a sentence."""
        if gap.kind == "relation":
            return self(f"gap relation {gap.detail}")
        if gap.kind == "few_sources":
            how_many = {"0": "none", "1": "one"}.get(gap.detail or "", "many")
            return self(f"gap few_sources {how_many}", detail=gap.detail or "")
        if gap.kind == "station":
            clients = {station.id: station.client for station in dossier.stations}
            return self("gap station", client=clients.get(gap.detail or "") or "…", detail=gap.detail or "")
        return self(f"gap {gap.kind}")

    def because(self, criterion: Criterion) -> str | None:
        """What lowered the certainty; `None` where nothing did."""
        concerns = "; ".join(self(f"concern {concern}") for concern in criterion.concerns)
        return self("because", concerns=concerns) if concerns else None

    def own_rating(self, criterion: Criterion) -> str | None:
        """How the subject rates it beside the others; `None` where they did not."""
        if criterion.self_score is None:
            return None
        number = self.score(criterion.self_score)
        if criterion.gap is None:
            return f"{self('the subject')} {self('own rating alone', number=number)}"
        gap = self.number(abs(criterion.gap))
        if float(gap.replace(",", ".")) == 0.0:
            return self("the same", number=number)
        direction = self("higher" if criterion.gap > 0 else "lower")
        return f"{self('the subject')} {self('own rating', number=number, gap=gap, direction=direction)}"


@lru_cache(maxsize=2_048)
def _written(day: dt.date, language: str) -> str:
    pattern = "D. MMM YYYY" if language == "de" else "D MMM YYYY"
    return pendulum.Date(day.year, day.month, day.day).format(pattern, locale=language)
