"""A dossier as a provider would have it after some years: sixty answers about one interim manager, in German."""

from __future__ import annotations

import datetime as dt
from typing import Final

from feedbackkit.domain.request import Form, Occasion
from feedbackkit.domain.times import DAY_US, instant
from feedbackkit.evidence.dossier import (
    Asked,
    Check,
    CheckedPoint,
    Criterion,
    Dossier,
    Moment,
    MomentKind,
    Passage,
    PassageKind,
    Range,
    ShownTo,
    Speaker,
    Statement,
    Station,
    SubjectReply,
    Weighed,
)
from feedbackkit.evidence.dossier.compiling import Allowed, compiled

AS_OF_US: Final = instant("2026-11-24T09:00:00+00:00")
_FIRST_US: Final = instant("2023-03-01T10:00:00+00:00")

_LABELS: Final = {
    "again": {"de": "Wieder beauftragen", "en": "Would engage again"},
    "communication": {"de": "Kommunikation", "en": "Communication"},
    "expertise": {"de": "Fachkunde", "en": "Expertise"},
    "leadership": {"de": "Führung", "en": "Leadership"},
    "performance": {"de": "Leistung insgesamt", "en": "Overall performance"},
    "results": {"de": "Ergebnisse", "en": "Results"},
}
_CENTRES: Final = {"communication": 3.7, "expertise": 4.6, "leadership": 4.2, "performance": 4.3, "results": 4.1}

STATIONS: Final = (
    Station(
        id="M-04", client="Käßbohrer Präzisionstechnik GmbH", starts=dt.date(2023, 1, 9), ends=dt.date(2023, 9, 29)
    ),
    Station(id="M-11", client="Nordwerk AG", starts=dt.date(2023, 11, 1), ends=dt.date(2024, 8, 30)),
    Station(id="M-17", client="Stadtwerke Überlingen", starts=dt.date(2024, 10, 1), ends=dt.date(2025, 6, 30)),
    Station(id="M-23", client="Rhône Logistique SA", starts=dt.date(2025, 8, 1), ends=dt.date(2026, 4, 30)),
    Station(id="M-31", client="Grün & Söhne KG", starts=dt.date(2026, 6, 1), ends=dt.date(2026, 12, 18)),
)

_NAMES: Final = (
    ("Dr. Anna Weber", "sponsor"),
    ("Jörg Müller-Lüdenscheidt", "line_manager"),
    ("Željka Đorđević", "peer"),
    ("François Béranger", "client_of_client"),
    ("Günther Straßner", "sponsor"),
    ("Ingrid Øverås", "report"),
    ("Thiệu Nguyễn", "peer"),
    ("Bärbel Schäfer", "line_manager"),
    ("Łukasz Wójcik", "report"),
    ("Marie-Luise von und zu Hohenstein-Waldburg", "sponsor"),
    ("Öznur Çelik", "peer"),
    ("Tom Brown", "report"),
)

_STRENGTHS: Final = (
    "Er hat die Fertigung in neun Wochen aus der Verlustzone geführt, und niemand musste gehen, den wir brauchten.",
    "Hört zu, entscheidet, und bleibt dann dabei. Das hatten wir lange nicht.",
    "Seine Zahlen stimmten. Jede Woche, ohne Ausnahme, auch wenn sie uns nicht gefielen.",
    "Selten einen Interimsmanager erlebt, der am letzten Tag so wach war wie am ersten.",
)
_CAUTIONS: Final = (
    "Braucht einen Auftraggeber, der Konflikte mit aushält; wer Ruhe will, sollte jemand anderen nehmen.",
    "Schriftliches kommt knapp. Wer Berichte mag, muss sie einfordern.",
    "Mit dem Betriebsrat wurde es zweimal laut.",
)
_LONG: Final = (
    "Als Herr Brandt zu uns kam, lag das Werk seit elf Monaten unter Plan, drei Meister hatten gekündigt, und der "
    "größte Kunde hatte uns schriftlich angekündigt, im Herbst zu wechseln. In den ersten vier Wochen hat er fast "
    "nichts verändert und fast alles gefragt. Er stand um sechs an der Linie, saß mittags beim Einkauf und abends bei "
    "mir, und er hat nie so getan, als wüsste er es schon. Dann kam ein Plan von zwei Seiten, den jeder verstanden "
    "hat, und er hat ihn Woche für Woche abgearbeitet. Was schiefging – und es ging einiges schief, der Anlauf der "
    "zweiten Presse kostete uns fünf Wochen –, hat er am selben Tag gesagt. Am Ende standen wir bei 97 % Liefertreue, "
    "der Kunde ist geblieben, und die beiden Meister, die er selbst ausgesucht hat, führen das Werk heute. Ich würde "
    "ihn wieder holen, und ich würde ihm früher den Rücken freihalten, als ich es damals getan habe."
)


def _score(criterion: str, number: int) -> float:
    spread = (0.6, -0.4, 0.2, -0.9, 0.5, 0.0, 0.8, -0.2)[(number * 5 + len(criterion)) % 8]
    return float(min(max(round(_CENTRES[criterion] + spread), 1), 5))


def _passages(number: int) -> tuple[Passage, ...]:
    if number == 7:
        return (Passage(PassageKind.WORD, _LONG),)
    said: list[Passage] = []
    if number % 2 == 0:
        said.append(Passage(PassageKind.STRENGTH, _STRENGTHS[number // 2 % len(_STRENGTHS)]))
    if number % 3 == 0:
        said.append(Passage(PassageKind.CAUTION, _CAUTIONS[number // 3 % len(_CAUTIONS)]))
    return tuple(said)


def _speaker(number: int) -> tuple[str, Speaker]:
    who = number % (2 * len(_NAMES))
    name, relation = _NAMES[who % len(_NAMES)]
    if who >= len(_NAMES):
        name = f"{name.split()[-1]}, {('Karin', 'Peter', 'Uwe', 'Sabine')[who % 4]}"
    conflict = "Teilhaberin der Firma, die den Beurteilten vermittelt hat" if who == 9 else None
    return f"p-{who:02}", Speaker(
        id=f"p-{who:02}",
        name=name,
        organisation=STATIONS[number * len(STATIONS) // 60].client,
        relation=relation,
        directness="direct" if number % 4 else "results",
        days=30 + number * 7,
        independent=conflict is None,
        conflict=conflict,
    )


def statement(number: int) -> tuple[str, Statement]:
    """One of the sixty, and who said it."""
    source, speaker = _speaker(number)
    at_us = _FIRST_US + number * 22 * DAY_US
    checks: tuple[Check, ...] = ()
    if number in {12, 36}:
        checks = (Check(outcome="confirmed", at_us=at_us + 90 * DAY_US),)
    if number == 30:
        point = CheckedPoint(
            written="Es fehlten Waren im Wert von 20.000 Euro.",
            outcome="contradicted",
            words="Die Inventurdifferenz betraf das Vorjahr, nicht seine Zeit.",
        )
        checks = (
            Check(outcome="confirmed", at_us=at_us + 20 * DAY_US),
            Check(outcome="contradicted", at_us=at_us + 60 * DAY_US, points=(point,)),
        )
    reply = None
    if number == 30:
        text = "Die Differenz habe ich bei der Übernahme gemeldet; das Protokoll vom 4. Oktober liegt bei."
        reply = SubjectReply(text=text, at_us=at_us + 5 * DAY_US)
    return source, Statement(
        key=f"{STATIONS[number * len(STATIONS) // 60].id}/reference/{number:02}",
        station=STATIONS[number * len(STATIONS) // 60].id,
        occasion=Occasion.REFERENCE if number % 4 else Occasion.CLOSING_REVIEW,
        form=(Form.WRITTEN, Form.TALK, Form.PHONE)[number % 3],
        at_us=at_us,
        speaker=speaker,
        ratings=tuple((criterion, _score(criterion, number)) for criterion in _CENTRES),
        choices=(("again", number % 11 != 5),),
        passages=_passages(number),
        checks=checks,
        reply=reply,
        flags=("quick",) if number == 44 else (),
    )


def _criterion(key: str, statements: list[Statement]) -> Criterion:
    if not statements:
        return Criterion(key=key, scale=Range(1.0, 5.0))
    counted = [each for each in statements if each.speaker.independent]
    raw = sum(dict(each.ratings)[key] for each in counted) / len(counted)
    mean = round(0.93 * raw + 0.07 * 3.8, 6)
    reach = 0.16 + 0.02 * len(key)
    weighed = tuple(
        Weighed(
            statement=each.key,
            score=dict(each.ratings)[key],
            severity=0.0 if number % 5 == 0 else (0.25, -0.31, 0.02, 0.4)[number % 4],
            severity_ratings=1 if number % 5 == 0 else 3 + number % 9,
            weight=0.0 if not each.speaker.independent else 0.93 / len(counted),
            without=None if not each.speaker.independent else round(mean + (number % 7 - 3) / 100, 6),
            left_out=None if each.speaker.independent else "conflict",
            always_top=number % 17 == 3,
        )
        for number, each in enumerate(statements)
    )
    return Criterion(
        key=key,
        scale=Range(1.0, 5.0),
        mean=mean,
        range=Range(round(mean - reach, 6), round(mean + reach, 6)),
        raw_mean=round(raw, 6),
        sources=len({each.speaker.id for each in counted}),
        pool_mean=3.8,
        pool_weight=0.07,
        with_conflicts=round(mean + 0.08, 6),
        self_score=5.0 if key != "expertise" else 4.0,
        certainty="moderate",
        concerns=("selection",) if key == "leadership" else (),
        weighed=weighed,
    )


def sample(*, audience: str = "clients", count: int = 60) -> Dossier:
    """The dossier of so many answers."""
    given = [statement(number) for number in range(count)]
    readers = frozenset({"clients", "internal", "subject"})
    allowed = [
        Allowed(statement=each, source=source, readers=readers, quotable=number % 19 != 18, named=number % 13 != 4)
        for number, (source, each) in enumerate(given)
    ]
    allowed += [
        Allowed(statement=_internal(number), source=f"q-{number}", readers=frozenset({"internal"}))
        for number in range(3)
    ]
    return compiled(
        subject="p-brandt",
        name="Thomas Brandt",
        audience=audience,
        as_of_us=AS_OF_US,
        labels=_LABELS,
        provider="Hanse Interim GmbH",
        allowed=allowed,
        criteria=[_criterion(key, [each for _, each in given]) for key in _CENTRES],
        asked=[
            Asked(occasion=Occasion.QUALITY_CHECK, asked=14, answered=9, declined=1, silent=4),
            Asked(occasion=Occasion.REFERENCE, asked=58, answered=45, declined=4, silent=7, waiting=2, passed_on=3),
            Asked(occasion=Occasion.CLOSING_REVIEW, asked=19, answered=15, silent=4),
        ],
        stations=STATIONS,
        trace=[Moment(at_us=_FIRST_US + 400 * DAY_US, kind=MomentKind.RETRACTED, statement="M-11/reference/old")],
        shown=[ShownTo(to="Grün & Söhne KG", at_us=AS_OF_US - 200 * DAY_US, version="0f" * 32)]
        if audience in {"internal", "subject"}
        else [],
    )


def _internal(number: int) -> Statement:
    return Statement(
        key=f"M-31/quality_check/{number}",
        station="M-31",
        occasion=Occasion.QUALITY_CHECK,
        form=Form.PHONE,
        at_us=AS_OF_US - (number + 1) * 30 * DAY_US,
        speaker=Speaker(id=f"q-{number}", name="Greta Grün", organisation="Grün & Söhne KG", relation="sponsor"),
        ratings=(("performance", 4.0),),
        passages=(Passage(PassageKind.WORD, "Läuft."),),
    )
