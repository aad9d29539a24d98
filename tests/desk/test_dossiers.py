"""What a desk shows of a subject, to whom, and what it writes down about that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import attrs
import pytest

from feedbackkit.codec.dossiers import version_of
from feedbackkit.domain.people import Actor, Organisation, Person
from feedbackkit.domain.questionnaire import Questionnaire, Rating
from feedbackkit.domain.request import Occasion
from feedbackkit.domain.source import Relation, Source
from feedbackkit.domain.verification import Found, PointFinding
from feedbackkit.errors import InvalidValue, NotFound
from feedbackkit.evidence.dossier import GapKind
from feedbackkit.export import dossier_html
from feedbackkit.ports import Applied, Change, Put, RecordKey
from feedbackkit.stores import MemoryStore
from tests.desk.house import BRANDT, HUBER, WEBER, Wrapped, ask, house, mandate, respondent

if TYPE_CHECKING:
    from feedbackkit.desk import Desk
    from feedbackkit.domain.answer import Given
    from feedbackkit.evidence.dossier import Criterion

ITEMS: Final[dict[str, Given]] = {
    "performance": 4,
    "leadership": 5,
    "again": True,
    "strengths": "Hört zu.",
    "cautions": "Schreibt knapp.",
}


def _answered(
    desk: Desk,
    key: str,
    person: Person,
    *,
    occasion: Occasion = Occasion.REFERENCE,
    source: Source | None = None,
    **items: Any,
) -> None:
    desk.request(ask(key, respondent=person, occasion=occasion, questionnaire="interim@1"))
    desk.give(key, {**ITEMS, **items}, by=person, source=source)


def _criterion(desk: Desk, name: str, audience: str = "clients") -> Criterion:
    [found] = [each for each in desk.dossier(BRANDT, audience).criteria if each.key == name]
    return found


def _spoken(*, voices: int) -> Desk:
    desk = house().desk
    for number in range(voices):
        _answered(desk, f"R-{number}", respondent(number, house=f"H-{number}"))
    return desk


def test_an_answer_to_an_ask_for_a_reference_is_for_clients() -> None:
    """The ask says that a later client may read it: name, relation, ratings and words are there."""
    desk = house().desk
    _answered(desk, "R-1", WEBER, source=Source(relation="sponsor"))
    [statement] = desk.dossier(BRANDT).statements
    assert (statement.speaker.name, statement.speaker.organisation) == ("Dr. Anna Weber", "Nordwerk")
    assert statement.speaker.relation == "sponsor"
    assert statement.ratings == (("performance", 4.0), ("leadership", 5.0))
    assert statement.choices == (("again", True),)
    assert [(passage.kind, passage.text) for passage in statement.passages] == [
        ("strength", "Hört zu."),
        ("caution", "Schreibt knapp."),
    ]


@pytest.mark.parametrize("occasion", [Occasion.QUALITY_CHECK, Occasion.CLOSING_REVIEW, Occasion.REFERENCE_CHECK])
def test_what_was_said_to_the_provider_is_for_the_provider_and_the_subject(occasion: Occasion) -> None:
    """No client reads it, nor does it count in a number for clients; the subject reads it."""
    desk = house().desk
    _answered(desk, "Q-1", WEBER, occasion=occasion)
    for_clients = desk.dossier(BRANDT)
    assert for_clients.statements == ()
    assert for_clients.criteria == ()
    assert for_clients.kept_back == 1
    assert "Hört zu" not in str(for_clients)
    assert len(desk.dossier(BRANDT, "subject").statements) == 1
    assert len(desk.dossier(BRANDT, "internal").statements) == 1


def test_a_number_rests_on_what_its_reader_may_read() -> None:
    """The provider's number counts all answers, that for clients only the references."""
    desk = _spoken(voices=3)
    _answered(desk, "Q-1", WEBER, occasion=Occasion.QUALITY_CHECK, performance=1)
    assert _criterion(desk, "performance").sources == 3
    inside = _criterion(desk, "performance", "internal")
    outside = _criterion(desk, "performance")
    assert inside.sources == 4
    assert inside.mean is not None
    assert outside.mean is not None
    assert inside.mean < outside.mean


@pytest.mark.parametrize(("voices", "there"), [(1, False), (2, False), (3, True)])
def test_fewer_than_three_independent_sources_make_no_number(voices: int, *, there: bool) -> None:
    """With two there are words, ratings and a range; with three a number."""
    criterion = _criterion(_spoken(voices=voices), "performance")
    assert (criterion.mean is not None) is there
    assert criterion.range is not None
    assert criterion.sources == voices


def test_a_declared_conflict_stands_beside_the_number() -> None:
    """It is left out of the headline, shown with its rating, and the number with it stands beside."""
    desk = _spoken(voices=4)
    _answered(desk, "R-friend", WEBER, performance=1, source=Source(conflict="owns shares of the agency"))
    criterion = _criterion(desk, "performance")
    assert criterion.sources == 4
    assert criterion.mean is not None
    assert criterion.with_conflicts is not None
    assert criterion.with_conflicts < criterion.mean
    assert [each.left_out for each in criterion.weighed if each.statement == "R-friend"] == ["conflict"]
    assert "owns shares of the agency" in str(desk.dossier(BRANDT))


def test_each_rating_is_shown_with_what_it_does_to_the_number() -> None:
    """The weights of the ratings and of what is usual add up to one."""
    criterion = _criterion(_spoken(voices=5), "performance")
    assert criterion.pool_weight is not None
    assert sum(each.weight for each in criterion.weighed) + criterion.pool_weight == pytest.approx(1.0, abs=1e-5)
    assert {each.severity_ratings for each in criterion.weighed} == {1}
    assert all(each.without is not None for each in criterion.weighed)


def test_silence_and_refusals_are_counted() -> None:
    """Who was asked and kept silent, and who said no, is in the dossier; who was never asked is not."""
    home = house()
    _answered(home.desk, "R-1", WEBER)
    for number, key in enumerate(["R-no", "R-silent", "R-later"]):
        home.desk.request(ask(key, respondent=respondent(number, house=f"H-{number}")))
    home.desk.run()
    home.desk.decline("R-no")
    home.desk.request(ask("R-never", respondent=respondent(9, house="H-9")))
    home.desk.opt_out("R-9")
    [row] = home.desk.dossier(BRANDT).asked
    assert (row.asked, row.answered, row.declined, row.waiting, row.silent, row.shown) == (4, 1, 1, 2, 0, 1)
    home.run_on(*(f"2026-{month:02}-02T10:00:00Z" for month in range(4, 9)))
    [row] = home.desk.dossier(BRANDT).asked
    assert (row.asked, row.waiting, row.silent) == (4, 0, 2)


def test_the_own_view_of_the_subject_stands_apart() -> None:
    """A self-assessment is no source; the gap to what others say is shown to those who may read it."""
    desk = _spoken(voices=3)
    brandt = attrs.evolve(BRANDT, email="t.brandt@example.org")
    desk.register(brandt)
    _answered(desk, "S-1", brandt, occasion=Occasion.SELF_ASSESSMENT, performance=5)
    dossier = desk.dossier(BRANDT, "subject")
    assert [each.key for each in dossier.own_view] == ["S-1"]
    criterion = _criterion(desk, "performance", "subject")
    assert (criterion.sources, criterion.self_score) == (3, 5.0)
    assert criterion.gap is not None
    assert _criterion(desk, "performance").self_score is None


def test_only_the_answer_in_force_is_shown() -> None:
    """A revised answer replaces the one before it, in words and in numbers."""
    desk = house().desk
    _answered(desk, "R-1", WEBER, performance=2)
    desk.give("R-1", {**ITEMS, "performance": 5}, by=WEBER)
    [statement] = desk.dossier(BRANDT).statements
    assert (statement.revision, dict(statement.ratings)["performance"]) == (2, 5.0)


def test_what_was_said_of_the_provider_is_not_said_of_the_subject() -> None:
    """An answer about the provider is in no dossier of a professional."""
    desk = house().desk
    _answered(desk, "P-1", WEBER, occasion=Occasion.PROVIDER_VIEW)
    assert desk.dossier(BRANDT, "internal").statements == ()
    assert desk.dossier(BRANDT, "internal").asked == ()


def test_engagements_and_those_without_a_word_are_told() -> None:
    """Where somebody worked stands in the dossier, and that nobody there has spoken."""
    desk = house().desk
    desk.add(mandate())
    dossier = desk.dossier(BRANDT)
    [station] = dossier.stations
    assert station.client == "Nordwerk"
    assert [gap.kind for gap in dossier.gaps] == [GapKind.NOBODY]


def test_questions_are_called_as_they_were_asked() -> None:
    """Labels come from the questionnaire, in both languages, and the order of the questions, too."""
    desk = _spoken(voices=3)
    dossier = desk.dossier(BRANDT)
    assert [criterion.key for criterion in dossier.criteria] == ["performance", "leadership"]
    assert "Performance overall" in dossier.text("en")
    assert "Leistung insgesamt" in dossier.text("de")


def test_a_rating_on_another_scale_does_not_count() -> None:
    """Without a questionnaire a number beyond 1 to 5 is shown as it was said, and is in no number."""
    desk = house().desk
    desk.request(ask("R-1", respondent=WEBER))
    desk.give("R-1", {"performance": 9}, by=WEBER)
    dossier = desk.dossier(BRANDT)
    assert dossier.statements[0].ratings == (("performance", 9.0),)
    assert [criterion.sources for criterion in dossier.criteria] == [0]


def test_somebody_unknown_has_no_dossier() -> None:
    """An id that is not stored raises."""
    with pytest.raises(NotFound):
        house().desk.dossier("P-nobody")


@pytest.mark.parametrize(("audience", "client"), [("everybody", None), ("internal", "O-1"), ("clients", "a@b.example")])
def test_an_audience_that_is_none_is_refused(audience: str, client: str | None) -> None:
    """Whoever misspells the audience is not shown more by accident."""
    desk = house().desk
    desk.register(BRANDT)
    with pytest.raises(InvalidValue):
        desk.dossier(BRANDT, audience, client=client)


# --- the disclosure log ----------------------------------------------------------------------------------------------


def test_who_was_shown_which_version_is_written_down() -> None:
    """The disclosure names the reader, the version, what was in it, when, and what for."""
    home = house()
    _answered(home.desk, "R-1", WEBER)
    dossier, disclosure = home.desk.disclose(BRANDT, to="Grün & Söhne KG", purpose="short list", by=Actor("staff-7"))
    assert disclosure.version == version_of(dossier)
    assert (disclosure.to, disclosure.audience, disclosure.purpose) == ("Grün & Söhne KG", "clients", "short list")
    assert disclosure.statements == ("R-1",)
    assert disclosure.at_us == home.clock.now_us()
    assert home.desk.disclosures(about=BRANDT) == [disclosure]


def test_the_same_version_to_the_same_reader_is_written_down_once() -> None:
    """Called again, later, it comes back as it was; another reader or another content is another disclosure."""
    home = house()
    _answered(home.desk, "R-1", WEBER)
    _, first = home.desk.disclose(BRANDT, to="Grün & Söhne KG")
    home.later(days=3)
    _, again = home.desk.disclose(BRANDT, to="Grün & Söhne KG")
    assert again == first
    home.desk.disclose(BRANDT, to="Nordwerk AG")
    home.desk.give("R-1", {**ITEMS, "performance": 5}, by=WEBER)
    home.desk.disclose(BRANDT, to="Grün & Söhne KG")
    assert len(home.desk.disclosures(about=BRANDT)) == 3


def test_a_retraction_finds_who_has_it() -> None:
    """By the key of a statement one finds everybody who was shown it, and nobody else."""
    desk = house().desk
    _answered(desk, "R-1", WEBER)
    desk.disclose(BRANDT, to="Grün & Söhne KG")
    _answered(desk, "R-2", respondent(2, house="H-2"))
    desk.disclose(BRANDT, to="Stadtwerke")
    assert [each.to for each in desk.disclosures(of="R-1")] == ["Grün & Söhne KG", "Stadtwerke"]
    assert [each.to for each in desk.disclosures(of="R-2")] == ["Stadtwerke"]


def test_the_subject_sees_to_whom_it_was_shown() -> None:
    """The log is in the dossier of the subject and of the provider, and in no client's."""
    desk = house().desk
    _answered(desk, "R-1", WEBER)
    _, disclosure = desk.disclose(BRANDT, to="Grün & Söhne KG")
    for audience in ("subject", "internal"):
        [shown] = desk.dossier(BRANDT, audience).shown
        assert (shown.to, shown.version) == ("Grün & Söhne KG", disclosure.version)
    assert desk.dossier(BRANDT).shown == ()


def test_a_client_that_is_known_is_named_by_its_id() -> None:
    """An organisation is found by its name, and its disclosures by the organisation."""
    desk = house().desk
    _answered(desk, "R-1", WEBER)
    _, disclosure = desk.disclose(BRANDT, to=Organisation(id="O-nordwerk", name="Nordwerk"))
    assert (disclosure.client, disclosure.audience) == ("O-nordwerk", "client:O-nordwerk")
    assert desk.disclosures(to="O-nordwerk") == [disclosure]
    with pytest.raises(NotFound):
        desk.disclose(BRANDT, to=Organisation(name="Nobody has heard of it"))


def test_the_log_is_a_chain() -> None:
    """Each disclosure is sealed against the one before it; a log from which one was taken out is not whole."""
    store = MemoryStore()
    desk = house(store).desk
    _answered(desk, "R-1", WEBER)
    desk.verify_disclosures(BRANDT)
    desk.disclose(BRANDT, to="Grün & Söhne KG")
    desk.disclose(BRANDT, to="Stadtwerke")
    desk.verify_disclosures(BRANDT)
    entries = store.history("disclosures P-brandt", limit=9)
    assert [(entry.seq, entry.event) for entry in entries] == [(1, "disclosed"), (2, "disclosed")]


def test_a_disclosure_that_somebody_was_faster_with_is_begun_again() -> None:
    """Two desks that disclose at the same time both succeed, and the chain holds both."""
    store: Any = MemoryStore()
    other = house(store, owner="second").desk
    _answered(other, "R-1", WEBER)
    raced: list[str] = []

    def first(name: str, _arguments: tuple[object, ...]) -> None:
        if name == "write" and not raced:
            raced.append(name)
            other.disclose(BRANDT, to="Stadtwerke")

    desk = house(Wrapped(store, before=first), owner="third").desk
    desk.disclose(BRANDT, to="Grün & Söhne KG")
    assert {each.to for each in other.disclosures(about=BRANDT)} == {"Stadtwerke", "Grün & Söhne KG"}
    other.verify_disclosures(BRANDT)


def test_a_disclosure_shows_no_name_in_its_repr() -> None:
    """Who was shown it, and what for, is for those who ask for it by name."""
    desk = house().desk
    _answered(desk, "R-1", WEBER)
    _, disclosure = desk.disclose(BRANDT, to="Grün & Söhne KG", purpose="short list")
    assert "Grün" not in repr(disclosure)
    assert "short list" not in repr(disclosure)


def test_relations_are_told_by_the_engagement() -> None:
    """Who is the sponsor of the engagement is shown as its sponsor, though nobody said so."""
    desk = house().desk
    desk.add(mandate())
    desk.request(ask("R-1", respondent=WEBER, engagement=mandate().id))
    desk.give("R-1", {"performance": 4}, by=WEBER)
    assert desk.dossier(BRANDT).statements[0].speaker.relation == Relation.SPONSOR


# --- references ------------------------------------------------------------------------------------------------------


def _sealed(desk: Desk, **fields: Any) -> None:
    content: dict[str, Any] = {"of": "R-1", "text": "Sehr zu empfehlen.", "quotable": True, **fields}
    desk.references.draft("REF-1", **content)
    desk.references.approve("REF-1", by=WEBER)
    desk.references.seal("REF-1")


def test_a_reference_says_who_may_read_what_was_said() -> None:
    """One for the provider alone takes the answer out of what clients and the subject read."""
    desk = house().desk
    _answered(desk, "R-1", WEBER)
    _sealed(desk, audience="internal")
    assert desk.dossier(BRANDT).statements == ()
    assert desk.dossier(BRANDT, "subject").statements == ()
    assert len(desk.dossier(BRANDT, "internal").statements) == 1


def test_a_sealed_reference_is_shown_in_the_words_that_were_approved() -> None:
    """Its own text stands there instead of the words of the answer; the ratings stay."""
    desk = house().desk
    _answered(desk, "R-1", WEBER, occasion=Occasion.QUALITY_CHECK)
    _sealed(desk, audience="clients")
    [statement] = desk.dossier(BRANDT).statements
    assert [passage.text for passage in statement.passages] == ["Sehr zu empfehlen."]
    assert statement.reference == "REF-1"
    assert statement.ratings


def test_a_reference_for_named_clients_is_for_them_alone() -> None:
    """The client that it names reads it, another does not."""
    desk = house().desk
    _answered(desk, "R-1", WEBER)
    _sealed(desk, audience="named", clients=["O-gruen"])
    assert len(desk.dossier(BRANDT, client="O-gruen").statements) == 1
    assert desk.dossier(BRANDT, client="O-other").statements == ()
    assert desk.dossier(BRANDT).statements == ()


def test_a_reference_that_may_not_be_quoted_is_counted() -> None:
    """Its ratings are there, its words are not."""
    desk = house().desk
    _answered(desk, "R-1", WEBER)
    _sealed(desk, audience="clients", quotable=False)
    [statement] = desk.dossier(BRANDT).statements
    assert (statement.passages, statement.quotable) == ((), False)


def test_an_answer_whose_reference_is_not_sealed_yet_is_kept_from_clients() -> None:
    """Once a reference is being worded, clients wait for its seal."""
    desk = house().desk
    _answered(desk, "R-1", WEBER)
    desk.references.draft("REF-1", of="R-1", text="Sehr zu empfehlen.", audience="clients", quotable=True)
    assert desk.dossier(BRANDT).statements == ()


@pytest.mark.parametrize("audience", ["internal", "clients"])
def test_a_draft_that_is_to_replace_a_sealed_reference_changes_nothing_before_its_seal(audience: str) -> None:
    """Neither is it opened to somebody who may not read the sealed one, nor kept from somebody who may."""
    desk = house().desk
    _answered(desk, "R-1", WEBER)
    desk.references.draft("Q-1", "mild", of="R-1", audience=audience)
    desk.references.approve("Q-1", by=WEBER)
    desk.references.seal("Q-1")
    before = [desk.dossier(BRANDT, reader).statements for reader in ("subject", "clients")]
    desk.references.draft("Q-2", "milder", of="R-1", audience=audience, supersedes="Q-1")
    assert [desk.dossier(BRANDT, reader).statements for reader in ("subject", "clients")] == before
    desk.references.approve("Q-2", by=WEBER)
    assert [desk.dossier(BRANDT, reader).statements for reader in ("subject", "clients")] == before


def test_of_several_references_the_one_that_is_sealed_says_who_may_read() -> None:
    """Whatever their keys: one that was retracted before it does not stand in its way."""
    desk = house().desk
    _answered(desk, "R-1", WEBER)
    for key in ("Q-9", "Q-0"):
        desk.references.draft(key, "mild", of="R-1", audience="clients")
        desk.references.approve(key, by=WEBER)
        desk.references.seal(key)
        if key == "Q-9":
            desk.references.retract(key, by=WEBER)
    assert [statement.reference for statement in desk.dossier(BRANDT).statements] == ["Q-0"]


@pytest.mark.parametrize("audience", ["subject", "clients"])
def test_what_was_said_in_a_review_from_all_sides_is_for_the_provider_alone(audience: str) -> None:
    """Its raters were promised to be read in groups; a draft of a reference opens nothing either."""
    desk = house().desk
    _answered(desk, "R-1", WEBER, occasion=Occasion.REVIEW)
    assert desk.dossier(BRANDT, audience).statements == ()
    desk.references.draft("Q-1", "mild", of="R-1", audience="clients")
    assert desk.dossier(BRANDT, audience).statements == ()
    assert len(desk.dossier(BRANDT, "internal").statements) == 1


def test_a_retracted_reference_leaves_a_trace_and_nothing_else() -> None:
    """No client and not the subject reads it any more; the timeline tells that one was retracted."""
    desk = house().desk
    _answered(desk, "R-1", WEBER)
    _sealed(desk, audience="clients")
    desk.disclose(BRANDT, to="Stadtwerke")
    desk.references.retract("REF-1", by=WEBER)
    dossier = desk.dossier(BRANDT)
    assert dossier.statements == ()
    assert [moment.kind for moment in dossier.timeline] == ["retracted"]
    assert [each.to for each in desk.disclosures(of="REF-1")] == ["Stadtwerke"]


def test_a_retraction_is_told_only_to_those_who_might_have_read_it() -> None:
    """A reference for the provider alone leaves no trace for others."""
    desk = house().desk
    _answered(desk, "R-1", WEBER)
    _sealed(desk, audience="internal")
    desk.references.retract("REF-1", by=WEBER)
    assert [desk.dossier(BRANDT, reader).timeline for reader in ("clients", "subject")] == [(), ()]
    assert "retracted" in {moment.kind for moment in desk.dossier(BRANDT, "internal").timeline}


def test_what_the_subject_replied_and_what_calls_found_stand_with_it() -> None:
    """The reply and the verification are shown beside the statement, to everybody who reads it."""
    desk = house().desk
    _answered(desk, "R-1", WEBER)
    _sealed(desk, audience="clients")
    desk.references.reply("REF-1", "Das Protokoll liegt bei.", by=BRANDT)
    desk.references.record_call("REF-1", {"1": "confirmed", "2": "differs"}, caller="O-gruen", call="call-1")
    [statement] = desk.dossier(BRANDT).statements
    assert statement.reply is not None
    assert statement.reply.text == "Das Protokoll liegt bei."
    assert [check.outcome for check in statement.checks] == ["differs"]


def test_a_reference_made_of_a_talk_is_there_without_an_answer() -> None:
    """What was said in a talk and sealed is a statement like others."""
    desk = house().desk
    desk.register(BRANDT, WEBER)
    _sealed(desk, of=None, about=BRANDT, source=WEBER, audience="clients")
    [statement] = desk.dossier(BRANDT).statements
    assert (statement.key, statement.form, statement.speaker.name) == ("REF-1", "talk", "Dr. Anna Weber")


def test_a_reference_that_has_run_out_is_shown_no_more() -> None:
    """On its day of end it disappears from what clients and the subject read."""
    home = house()
    _answered(home.desk, "R-1", WEBER)
    _sealed(home.desk, audience="clients", valid_until="2026-06-01")
    assert len(home.desk.dossier(BRANDT).statements) == 1
    home.clock.set("2026-06-01T00:00:00Z")
    assert home.desk.dossier(BRANDT).statements == ()


def test_a_flag_stands_with_the_answer_until_somebody_clears_it() -> None:
    """What looks odd is shown to whoever reads the answer, and never drops it; once cleared it is shown no more."""
    home = house()
    desk = home.desk
    desk.request(ask("R-1"))
    desk.run()
    home.later(seconds=20)
    desk.give("R-1", {"performance": 4}, by=WEBER)
    [statement] = desk.dossier(BRANDT).statements
    assert statement.flags == ("quick",)
    assert "To be looked at: answered within minutes" in str(desk.dossier(BRANDT))
    [flag] = desk.flags(BRANDT)
    desk.resolve_flag(flag, about=BRANDT, verdict="cleared", why="she had it ready", by=Actor("staff-7"))
    assert desk.dossier(BRANDT).statements[0].flags == ()


# --- the truth of what is shown --------------------------------------------------------------------------------------


def test_a_reference_says_which_version_of_the_answer_it_quotes() -> None:
    """Revised after the seal, the answer's newer ratings stand beside older words: that is told, in both languages."""
    desk = house().desk
    _answered(desk, "R-1", WEBER)
    _sealed(desk, audience="clients")
    [before] = desk.dossier(BRANDT).statements
    assert (before.revision, before.quotes) == (1, None)
    desk.give("R-1", {**ITEMS, "performance": 1}, by=WEBER)
    dossier = desk.dossier(BRANDT)
    [after] = dossier.statements
    assert (after.revision, after.quotes, dict(after.ratings)["performance"]) == (2, 1, 1.0)
    for told in (dossier.text("en"), dossier_html(dossier, "en")):
        assert "from version 1 of the answer" in " ".join(told.split())
    assert "aus Fassung 1 der Antwort" in " ".join(dossier.text("de").split())


def test_where_nothing_is_quoted_no_version_is() -> None:
    """A reference that may not be quoted has no words, and none that could be old."""
    desk = house().desk
    _answered(desk, "R-1", WEBER)
    _sealed(desk, audience="clients", quotable=False)
    desk.give("R-1", {**ITEMS, "performance": 1}, by=WEBER)
    assert desk.dossier(BRANDT).statements[0].quotes is None
    assert desk.dossier(BRANDT, "internal").statements[0].quotes == 1


def test_the_timeline_says_when_a_reference_was_taken_back() -> None:
    """On the day of the retraction, or of the seal of what took its place, and not on that of its own seal."""
    home = house()
    _answered(home.desk, "R-1", WEBER)
    _sealed(home.desk, audience="clients")
    home.later(days=10)
    home.desk.references.draft("REF-2", of="R-1", text="Zu empfehlen.", audience="clients", supersedes="REF-1")
    home.desk.references.approve("REF-2", by=WEBER)
    home.desk.references.seal("REF-2")
    superseded_us = home.clock.now_us()
    home.later(days=10).desk.references.retract("REF-2", by=WEBER)
    moments = {moment.kind.value: moment.at_us for moment in home.desk.dossier(BRANDT).timeline}
    assert moments == {"superseded": superseded_us, "retracted": home.clock.now_us()}


def test_who_was_erased_has_no_name_any_more() -> None:
    """What they said stays, from a source without a name; a talk that became a reference, too."""
    store = MemoryStore()
    desk = house(store).desk
    _answered(desk, "R-1", WEBER)
    desk.references.draft("T-1", "Gut.", about=BRANDT, source=HUBER, audience="clients", quotable=True)
    desk.references.approve("T-1", by=HUBER)
    desk.references.seal("T-1")
    _erase(store, "person", "P-weber")
    _erase(store, "person", "P-huber")
    dossier = desk.dossier(BRANDT)
    assert [(each.speaker.name, each.speaker.organisation) for each in dossier.statements] == [(None, None)] * 2
    assert "Weber" not in dossier.text() + dossier_html(dossier)
    assert desk.flags(BRANDT) == []


def test_an_answer_that_was_erased_is_not_shown() -> None:
    """Neither in words nor in numbers, nor does it stand in the way of the others."""
    store = MemoryStore()
    desk = house(store).desk
    for number in range(2):
        _answered(desk, f"R-{number}", respondent(number))
    _erase(store, "answer", "R-1/answer/1")
    dossier = desk.dossier(BRANDT)
    assert [each.key for each in dossier.statements] == ["R-0"]
    assert {criterion.sources for criterion in dossier.criteria} == {1}


def test_what_a_call_found_stands_beside_what_was_written() -> None:
    """Point by point, whatever was told otherwise or with a word more; and no word of it where none may be quoted."""
    for quotable in (True, False):
        desk = house().desk
        _answered(desk, "R-1", WEBER)
        _sealed(desk, audience="clients", text="Er kam montags. Er blieb ein Jahr.", quotable=quotable)
        differs = PointFinding(finding="differs", words="Neun Monate.")
        found: dict[str, Found] = {"1": "confirmed", "2": "contradicted", "3": differs}
        desk.references.record_call("REF-1", found, caller="O-2", call="c-1")
        dossier = desk.dossier(BRANDT)
        [check] = dossier.statements[0].checks
        assert check.outcome == "contradicted"
        assert [(point.written, point.outcome, point.words) for point in check.points] == [
            ("Er kam montags.", "contradicted", None),
            ("Er blieb ein Jahr.", "differs", "Neun Monate."),
        ][: 2 * quotable]
        for told in (dossier.text("de", width=100), dossier_html(dossier, "de")):
            assert ("„Er blieb ein Jahr.“ – weicht teilweise ab: „Neun Monate.“" in " ".join(told.split())) is quotable


def test_a_four_of_ten_is_no_four_of_five() -> None:
    """A question that is asked on another scale elsewhere enters no number with it, here or in an assessment."""
    desk = _spoken(voices=3)
    ten = Questionnaire(id="ten", title="Ten", questions=[Rating(name="performance", label="P", least=0, most=10)])
    for number in range(3, 6):
        person = respondent(number, house=f"H-{number}")
        desk.request(ask(f"R-{number}", respondent=person, questionnaire=ten))
        desk.give(f"R-{number}", {"performance": 1}, by=person)
    criterion = _criterion(desk, "performance")
    assert (criterion.scale, criterion.sources, criterion.raw_mean) == ((1.0, 5.0), 3, 4.0)
    assert desk.assess(BRANDT)["performance"].estimate.raw_mean == 4.0
    assert len(desk.dossier(BRANDT).statements) == 6


def test_an_answer_that_was_found_odd_is_no_independent_source() -> None:
    """Somebody upheld a flag: that is told, and it counts for no number; cleared again, it does."""
    desk = _spoken(voices=2)
    twin = attrs.evolve(respondent(1, house="H-2"), id="R-twin", email="respondent.1+x@house.example")
    _answered(desk, "R-2", twin)
    assert _criterion(desk, "performance").mean is not None
    [flag] = [
        view.flag for view in desk.flags(BRANDT) if view.flag.request == "R-2" and view.flag.kind == "same_person"
    ]
    desk.resolve_flag(flag, about=BRANDT, verdict="upheld", why="one mailbox", by=Actor("staff-7"))
    criterion, dossier = _criterion(desk, "performance"), desk.dossier(BRANDT)
    assert (criterion.mean, criterion.sources) == (None, 2)
    assert desk.assess(BRANDT)["performance"].headline is None
    [statement] = [each for each in dossier.statements if each.key == "R-2"]
    assert (statement.upheld, statement.speaker.independent) == (("same_person",), False)
    assert "Looked at, and upheld: two who answered" in " ".join(str(dossier).split())
    desk.resolve_flag(flag, about=BRANDT, verdict="cleared", why="two who share it", by=Actor("staff-7"))
    assert _criterion(desk, "performance").sources == 3


def _erase(store: MemoryStore, kind: str, key: str) -> None:
    """Leave a stub, as an erasure does."""
    [record] = store.read([RecordKey(kind, key)])
    assert record is not None
    stub = Put(kind, key, record.version, None, record.group, (), "erased", b"", b"")
    assert isinstance(store.erase(Change(f"erase {kind} {key}", 1, (stub,), ()), []), Applied)
