"""What one audience may read, in which order, and what is told to be missing."""

from __future__ import annotations

import random

import attrs
import pytest

from feedbackkit.codec.dossiers import dossier_fields, dossier_json, version_of
from feedbackkit.domain.request import Occasion
from feedbackkit.domain.times import DAY_US
from feedbackkit.errors import InvalidValue
from feedbackkit.evidence.dossier import Asked, Dossier, Gap, GapKind, MomentKind, Speaker, Statement
from feedbackkit.evidence.dossier.compiling import Allowed, compiled
from tests.evidence.sample import AS_OF_US, STATIONS, sample, statement


def _dossier(*allowed: Allowed, audience: str = "clients", as_of_us: int = AS_OF_US) -> Dossier:
    return compiled(subject="p-brandt", name="Thomas Brandt", audience=audience, as_of_us=as_of_us, allowed=allowed)


def _allowed(number: int, *readers: str, **fields: bool) -> Allowed:
    source, said = statement(number)
    return Allowed(statement=said, source=source, readers=frozenset(readers), **fields)


def _spoken(relation: str, number: int, organisation: str = "Nordwerk AG") -> Allowed:
    said = attrs.evolve(
        statement(number)[1], speaker=Speaker(id=f"p-{number}", organisation=organisation, relation=relation)
    )
    return Allowed(statement=said, source=f"p-{number}", readers=frozenset({"clients"}))


def test_only_what_is_for_the_audience_is_shown_and_the_rest_is_counted() -> None:
    """A statement for other readers is kept back: neither its words, nor its source, nor its ratings are there."""
    dossier = _dossier(_allowed(2, "clients"), _allowed(4, "internal"), _allowed(6, "subject", "internal"))
    assert [each.key for each in dossier.statements] == [statement(2)[1].key]
    assert dossier.kept_back == 2
    assert statement(4)[1].passages[0].text not in dossier_json(dossier)


def test_a_source_may_be_quoted_without_its_name() -> None:
    """Who may not be named is a number, in words and in JSON; the organisation and the relation stay."""
    dossier = _dossier(_allowed(4, "clients", named=False))
    [shown] = dossier.statements
    name = statement(4)[1].speaker.name
    assert name is not None
    assert (shown.speaker.id, shown.speaker.name, shown.speaker.number) == (None, None, 1)
    assert shown.speaker.relation == "sponsor"
    assert name not in dossier_json(dossier) + str(dossier)
    assert "Source 1" in str(dossier)


def test_a_source_may_be_counted_without_being_quoted() -> None:
    """Words that may not be quoted are left out, ratings stay, and the text says why there are no words."""
    dossier = _dossier(_allowed(4, "clients", quotable=False))
    [shown] = dossier.statements
    assert shown.passages == ()
    assert shown.ratings
    assert "counted, not quoted" in str(dossier)


def test_the_provider_reads_names_and_words_of_everything_in_force() -> None:
    """What is kept from other readers is not kept from the provider."""
    dossier = _dossier(_allowed(4, "internal", named=False, quotable=False), audience="internal")
    assert dossier.statements[0].speaker.name == statement(4)[1].speaker.name
    assert dossier.statements[0].passages


def test_a_statement_is_shown_up_to_its_last_day() -> None:
    """On the last day it is there, on the day after it is not."""
    said = attrs.evolve(statement(2)[1], valid_until=STATIONS[-1].ends)
    allowed = Allowed(statement=said, source="p", readers=frozenset({"clients"}))
    day = AS_OF_US // DAY_US
    last = (STATIONS[-1].ends.toordinal() - 719_163 - day) * DAY_US
    assert len(_dossier(allowed, as_of_us=AS_OF_US + last).statements) == 1
    assert len(_dossier(allowed, as_of_us=AS_OF_US + last + DAY_US).statements) == 0


def test_the_same_person_is_one_source() -> None:
    """Two statements of one person have one number, and count as one independent source."""
    one, two = _allowed(0, "clients"), _allowed(24, "clients")
    assert one.source == two.source
    dossier = _dossier(one, two)
    assert {each.speaker.number for each in dossier.statements} == {1}
    assert dossier.sources == 1


def test_the_order_of_what_comes_in_changes_nothing() -> None:
    """Statements in any order make the same dossier, to the last character."""
    allowed = [_allowed(number, "clients") for number in range(20)]
    ordered = _dossier(*allowed)
    random.Random(7).shuffle(allowed)  # noqa: S311 - an order, no secret
    assert _dossier(*allowed) == ordered
    assert str(_dossier(*allowed)) == str(ordered)


def test_the_newest_statement_comes_first_and_the_timeline_runs_forward() -> None:
    """Readers want the latest word first, and a course of events in its own direction."""
    dossier = sample()
    times = [each.at_us for each in dossier.statements]
    assert times == sorted(times, reverse=True)
    moments = [moment.at_us for moment in dossier.timeline]
    assert moments == sorted(moments)


def test_a_verification_and_a_reply_stand_in_the_timeline() -> None:
    """A disputed statement has its verifications and the reply of the subject beside it."""
    kinds = [moment.kind for moment in _dossier(_allowed(30, "clients")).timeline]
    assert sorted(kinds) == [MomentKind.CHECK, MomentKind.CHECK, MomentKind.REPLY, MomentKind.STATEMENT]


@pytest.mark.parametrize("audience", ["clients", "subject", "internal"])
def test_the_reply_of_the_subject_stands_with_the_statement_for_everybody(audience: str) -> None:
    """Whoever reads the statement reads the reply."""
    dossier = _dossier(_allowed(30, audience, quotable=False), audience=audience)
    assert dossier.statements[0].reply is not None
    assert "Übernahme gemeldet" in str(dossier)


def test_what_the_subject_says_stands_apart() -> None:
    """The own view is no statement of a source, and is counted as none."""
    own = attrs.evolve(_allowed(3, "clients"), own=True)
    dossier = _dossier(own, _allowed(2, "clients"))
    assert [each.key for each in dossier.own_view] == [own.statement.key]
    assert len(dossier.statements) == dossier.sources == 1


def test_each_missing_relation_is_told() -> None:
    """Without a line manager among the sources the dossier says so."""
    dossier = _dossier(_spoken("sponsor", 1), _spoken("peer", 2, "Stadtwerke"), _spoken("report", 3))
    assert Gap(GapKind.RELATION, "line_manager") in dossier.gaps
    assert Gap(GapKind.RELATION, "sponsor") not in dossier.gaps
    assert "No word from a line manager." in str(dossier)


def test_few_sources_one_house_and_nothing_verified_are_told() -> None:
    """What makes a dossier weak is written in it."""
    kinds = {gap.kind for gap in _dossier(_spoken("sponsor", 1), _spoken("peer", 2)).gaps}
    assert {GapKind.FEW_SOURCES, GapKind.ONE_HOUSE, GapKind.UNCHECKED} <= kinds


def test_an_old_dossier_says_that_it_is_old() -> None:
    """More than two years after the newest word the dossier says so, and not before."""
    allowed = _allowed(30, "clients")
    said_us = allowed.statement.at_us
    assert GapKind.OLD not in {gap.kind for gap in _dossier(allowed, as_of_us=said_us + 700 * DAY_US).gaps}
    assert GapKind.OLD in {gap.kind for gap in _dossier(allowed, as_of_us=said_us + 740 * DAY_US).gaps}


def test_an_engagement_without_a_word_is_a_gap() -> None:
    """Where somebody worked and nobody spoke, that is told with the client's name."""
    dossier = sample(count=12)
    assert Gap(GapKind.STATION, "M-17") in dossier.gaps
    assert "No word from Stadtwerke Überlingen (M-17)." in str(dossier)


def test_nobody_said_anything() -> None:
    """An empty dossier says that it is empty, and what was asked."""
    dossier = sample(count=0)
    assert dossier.gaps == (Gap(GapKind.NOBODY),)
    assert "Nobody has said anything yet" in str(dossier)
    assert "7 silent" in str(dossier)


def test_silence_is_shown() -> None:
    """Who was asked and never answered is counted in every text, also where it is nobody."""
    asked = [Asked(occasion=Occasion.REFERENCE, asked=5, answered=5)]
    dossier = compiled(subject="s", name="S", audience="clients", as_of_us=0, allowed=[_allowed(1)], asked=asked)
    assert "Reference: 5 asked, 5 answered, 0 silent, 0 declined, 0 shown here" in str(dossier)


def test_below_three_sources_there_is_no_number() -> None:
    """A criterion without a mean shows its range, no number, and why."""
    dossier = sample()
    hidden = attrs.evolve(dossier, criteria=(attrs.evolve(dossier.criteria[0], mean=None),))
    text = str(hidden)
    assert "no number: fewer than 3 independent sources" in text
    assert "●" not in text


def test_the_gap_to_the_own_rating_is_told_beside_the_number() -> None:
    """How the subject rates it is no part of the number."""
    criterion = sample().criteria[0]
    assert criterion.mean is not None
    assert criterion.self_score == 5.0
    assert criterion.gap == pytest.approx(5.0 - criterion.mean)
    assert "The professional rates it 5, 1.2 higher than others do" in str(sample()).replace("\n    ", " ")


def test_the_version_is_that_of_the_content() -> None:
    """When it was put together and who has seen it make no new version; what is said does, and so does the audience."""
    dossier = sample()
    later = attrs.evolve(dossier, as_of_us=dossier.as_of_us + DAY_US, shown=sample(audience="subject").shown)
    assert version_of(later) == version_of(dossier)
    assert version_of(attrs.evolve(dossier, statements=dossier.statements[1:])) != version_of(dossier)
    assert version_of(attrs.evolve(dossier, audience="subject")) != version_of(dossier)


def test_json_names_its_format_and_version() -> None:
    """A program that reads the JSON knows which form it has, and which version of the content."""
    fields = dossier_fields(sample())
    assert fields["format"] == "feedbackkit.dossier/1"
    assert fields["version"] == version_of(sample())
    assert fields["statements"][0]["at"] == "2026-09-19T10:00:00Z"
    assert fields["criteria"][0]["range"] == list(sample().criteria[0].range or ())


@pytest.mark.parametrize("width", [76, 80, 132])
@pytest.mark.parametrize("locale", ["de", "en"])
def test_no_line_is_wider_than_asked_for(locale: str, width: int) -> None:
    """The text fits the terminal, in both languages."""
    assert max(map(len, sample().text(locale, width=width).splitlines())) <= width


def test_a_language_that_is_not_there_is_refused() -> None:
    """Whoever asks for French learns which languages there are."""
    with pytest.raises(InvalidValue, match="one of the languages de, en"):
        sample().text("fr")


def test_a_dossier_shows_no_personal_data_in_its_repr() -> None:
    """Names, organisations, words and recipients are for the views that are asked for by name."""
    shown = repr(sample(audience="subject"))
    for personal in ("Brandt,", "Thomas", "Weber", "Nordwerk", "Grün", "Fertigung", "Übernahme", "vermittelt"):
        assert personal not in shown


def test_statements_without_a_date_of_end_are_plain_values() -> None:
    """A statement is equal by value."""
    assert statement(5) == statement(5)
    assert isinstance(statement(5)[1], Statement)
