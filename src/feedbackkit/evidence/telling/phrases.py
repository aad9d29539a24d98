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
from feedbackkit.evidence.telling.english import ENGLISH
from feedbackkit.evidence.telling.german import GERMAN

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator, Mapping

    from feedbackkit.evidence.dossier import CheckedPoint, Criterion, Dossier, Gap, Labels, Speaker, Statement

__all__ = ["LANGUAGES", "Phrases", "phrases"]

LANGUAGES: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {"de": MappingProxyType(GERMAN), "en": MappingProxyType(ENGLISH)}
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
