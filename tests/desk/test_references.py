"""References at a desk: from an answer or a talk to a sealed statement, and what is appended to it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from feedbackkit.codec.chain import Broken
from feedbackkit.desk import AsyncDesk
from feedbackkit.domain.people import Actor, Organisation, Party
from feedbackkit.domain.questionnaire import Choice, Questionnaire, Words
from feedbackkit.domain.reference import Audience, ReferenceEventKind, ReferenceState
from feedbackkit.domain.request import Form
from feedbackkit.domain.source import Relation
from feedbackkit.domain.verification import Finding, PointFinding
from feedbackkit.errors import IllegalTransition, InvalidValue, NotAllowed, NotFound
from feedbackkit.export import Ed25519Signer, seal_holds
from feedbackkit.stores import MemoryStore, SQLiteStore
from tests.desk.house import BRANDT, HUBER, SECRET, WEBER, Wrapped, ask, house

if TYPE_CHECKING:
    from pathlib import Path

    from tests.desk.house import House

STAFF = Actor("staff-7")
TEXT = "He saved the plant. The team followed him."


def answered(store: Any = None) -> House:
    """A house with one answer, of Weber about Brandt."""
    h = house(store)
    h.desk.request(ask("R-1", relation="line_manager"))
    h.desk.give("R-1", {"overall": 5, "strengths": TEXT}, by=WEBER)
    return h


def sealed(store: Any = None, **fields: Any) -> House:
    """The same, with a sealed reference made of the answer."""
    h = answered(store)
    told: dict[str, Any] = {"audience": "clients", "quotable": True, **fields}
    h.desk.references.draft("Q-1", of="R-1", **told)
    h.desk.references.approve("Q-1", by=WEBER)
    h.desk.references.seal("Q-1")
    return h


def kinds(h: House, key: str = "Q-1") -> list[str]:
    """What happened to a reference, in a word each."""
    return [event.kind.value for event in h.desk.references.history(key)]


def test_an_answer_becomes_a_reference() -> None:
    """Subject, source, form, and from where the source speaks are the answer's; the words, too."""
    h = sealed()
    view = h.desk.references.get("Q-1")
    reference = view.reference
    assert (reference.subject, reference.source, reference.text) == (BRANDT.id, WEBER.id, TEXT)
    assert (reference.request, reference.revision, reference.form) == ("R-1", 1, Form.WRITTEN)
    assert reference.stand is not None
    assert reference.stand.relation is Relation.LINE_MANAGER
    assert view.state is ReferenceState.SEALED
    assert kinds(h) == ["drafted", "approved", "sealed"]


def test_a_talk_becomes_a_reference() -> None:
    """Without any request: whom it is about, whose word it is, and what was said."""
    h = house()
    with pytest.raises(NotFound):
        h.desk.references.draft("Q-1", TEXT, about="P-brandt", source="P-weber")
    made = h.desk.references.draft("Q-1", TEXT, about=BRANDT, source=WEBER, by=STAFF)
    assert (made.form, made.request, made.audience) == (Form.TALK, None, Audience.INTERNAL)
    assert h.desk.references.history("Q-1")[0].actor == "staff-7"


def test_what_a_reference_needs_is_said() -> None:
    """An answer, or all that an answer would tell."""
    h = answered()
    with pytest.raises(InvalidValue, match="must be of an answer, or tell text, about and source"):
        h.desk.references.draft("Q-1", TEXT, about=BRANDT)
    h.desk.request(ask("R-2"))
    with pytest.raises(NotAllowed, match="has no answer to make a reference of"):
        h.desk.references.draft("Q-1", of="R-2")
    h.desk.give("R-2", {"strengths": "a", "cautions": "b"})
    with pytest.raises(InvalidValue, match=r"one answered in words \(cautions, strengths\)"):
        h.desk.references.draft("Q-1", of="R-2")
    assert h.desk.references.draft("Q-1", of="R-2", question="cautions").text == "b"


def test_nothing_is_quoted_that_its_source_did_not_approve() -> None:
    """Neither by the subject, nor by somebody else, nor by the provider without a word on how it was said."""
    h = answered()
    h.desk.references.draft("Q-1", of="R-1")
    with pytest.raises(IllegalTransition, match="drafted and cannot be sealed"):
        h.desk.references.seal("Q-1")
    for by in (BRANDT, STAFF):
        with pytest.raises(NotAllowed, match=r"its source"):
            h.desk.references.approve("Q-1", by=by)
    h.desk.register(HUBER)
    with pytest.raises(NotAllowed, match="neither of 'P-huber' nor about"):
        h.desk.references.approve("Q-1", by=HUBER)
    h.desk.references.approve("Q-1", by=STAFF, reason="on the telephone")
    [*_, event] = h.desk.references.history("Q-1")
    assert (event.party, event.actor, event.reason) == (Party.PROVIDER, "staff-7", "on the telephone")


def test_what_was_approved_is_what_is_sealed() -> None:
    """Worded anew it is not approved any more, and an approval of what was seen before is refused."""
    h = answered()
    references = h.desk.references
    references.draft("Q-1", of="R-1")
    seen = references.get("Q-1").content
    references.approve("Q-1", by=WEBER, content=seen)
    references.draft("Q-1", "He saved it.", of="R-1")
    assert references.get("Q-1").state is ReferenceState.DRAFTED
    with pytest.raises(IllegalTransition):
        references.seal("Q-1")
    with pytest.raises(IllegalTransition, match="it was worded anew since"):
        references.approve("Q-1", by=WEBER, content=seen)
    references.approve("Q-1", by=WEBER)
    references.seal("Q-1")
    with pytest.raises(IllegalTransition, match="is sealed and cannot be redrafted"):
        references.draft("Q-1", "He sank it.", of="R-1")


def test_everything_said_twice_counts_once() -> None:
    """Each act, repeated at once, leaves no second entry."""
    h = answered()
    references = h.desk.references
    for _ in range(2):
        references.draft("Q-1", of="R-1", audience="clients")
    for _ in range(2):
        references.approve("Q-1", by=WEBER)
    for _ in range(2):
        references.seal("Q-1")
    for _ in range(2):
        references.record_call("Q-1", {"2": "confirmed"}, caller="O-client", call="call-1")
        h.later(hours=1)
    for _ in range(2):
        references.reply("Q-1", "Thank you.", by=BRANDT)
    for _ in range(2):
        references.retract("Q-1", by=WEBER)
    assert kinds(h) == ["drafted", "approved", "sealed", "confirmed", "replied", "retracted"]


def test_a_key_is_of_one_reference() -> None:
    """Another source or another subject under the same key is refused; another call under the same key, too."""
    h = sealed()
    h.desk.register(HUBER)
    with pytest.raises(InvalidValue, match="must belong to one reference only"):
        h.desk.references.draft("Q-1", TEXT, about=BRANDT, source=HUBER)
    h.desk.references.record_call("Q-1", {"2": "confirmed"}, caller="O-client", call="call-1")
    with pytest.raises(InvalidValue, match="must belong to one call only"):
        h.desk.references.record_call("Q-1", {"2": "differs"}, caller="O-client", call="call-1")


def test_a_reference_may_have_the_key_of_its_request() -> None:
    """Their histories are two."""
    h = answered()
    h.desk.references.draft("R-1", of="R-1")
    h.desk.references.verify("R-1")
    h.desk.verify("R-1")
    assert kinds(h, "R-1") == ["drafted"]
    assert len(h.desk.history("R-1")) == 2


# Calls


def test_a_call_asks_point_by_point_in_the_language_of_the_call() -> None:
    """How they worked together, then each sentence."""
    points = sealed().desk.references.guide("Q-1", locale="de")
    assert [point.written for point in points] == ["Quelle", "He saved the plant.", "The team followed him."]
    assert points[2].question == "Geschrieben steht: „The team followed him.“ Wie sehen Sie das heute?"


def test_a_march_confirmation_and_a_may_dispute_both_stand() -> None:
    """Beside what was written, of which nothing changes."""
    h = sealed()
    before = h.desk.references.get("Q-1").reference
    h.desk.references.record_call("Q-1", {"1": "confirmed", "2": "confirmed"}, caller="O-march", call="march", by=STAFF)
    h.later(days=60)
    told = PointFinding(finding=Finding.CONTRADICTED, words="The team left.")
    h.desk.references.record_call("Q-1", {"3": told, "2": "differs"}, caller="O-may", call="may")
    view = h.desk.references.get("Q-1")
    assert [each.finding for each in view.verifications] == [Finding.CONFIRMED, Finding.CONTRADICTED]
    assert (view.standing.confirmed, view.standing.disputed) == (1, 1)
    assert view.verifications[1].points["3"].words == "The team left."
    assert view.reference == before
    assert kinds(h)[-2:] == ["confirmed", "disputed"]


def test_a_call_speaks_to_what_was_written() -> None:
    """A point that is none, no point at all, or a call that lies ahead is refused."""
    h = sealed()
    record = h.desk.references.record_call
    with pytest.raises(InvalidValue, match=r"verification.points must be of 1 to 3, got 4"):
        record("Q-1", {"4": "confirmed"}, caller="O-client", call="c")
    with pytest.raises(InvalidValue, match="must tell of 1 to 200 points"):
        record("Q-1", {}, caller="O-client", call="c")
    with pytest.raises(InvalidValue, match="must be one of confirmed, differs, contradicted"):
        record("Q-1", {"2": "perhaps"}, caller="O-client", call="c")
    with pytest.raises(InvalidValue, match="must not lie ahead"):
        record("Q-1", {"2": "confirmed"}, caller="O-client", call="c", at="2027-01-01T00:00:00Z")


# The subject


def test_the_subjects_reply_stands_with_it_always() -> None:
    """After a retraction and a supersession, too; and nobody else replies."""
    h = sealed()
    references = h.desk.references
    references.reply("Q-1", "It was the team.", by=BRANDT)
    references.retract("Q-1", by=STAFF, reason="asked for by the client")
    references.reply("Q-1", "I regret that.", by=STAFF)
    assert [reply.words for reply in references.get("Q-1").replies] == ["It was the team.", "I regret that."]
    with pytest.raises(IllegalTransition, match="the reply is the subject's"):
        references.reply("Q-1", "No.", by=WEBER)


def test_the_subject_takes_nothing_back() -> None:
    """A bad word stays; the subject replies."""
    with pytest.raises(IllegalTransition, match="the subject replies"):
        sealed().desk.references.retract("Q-1", by=BRANDT)


# The end


def test_a_retraction_leaves_a_trace() -> None:
    """It is shown to nobody any more, but what was there, and who took it back, stays."""
    h = sealed()
    h.desk.references.retract("Q-1", by=WEBER, reason="no longer true")
    assert h.desk.references.readable(BRANDT, "clients") == []
    [view] = h.desk.references.find(about=BRANDT)
    assert (view.state, view.standing.closed_by, view.reference.text) == (
        ReferenceState.RETRACTED,
        Party.RESPONDENT,
        TEXT,
    )
    assert h.desk.references.history("Q-1")[-1].reason == "no longer true"


def test_a_reference_takes_the_place_of_another_when_it_is_sealed() -> None:
    """Not before, and in the same change."""
    h = sealed()
    references = h.desk.references
    references.draft("Q-2", "He saved two plants.", of="R-1", audience="clients", supersedes="Q-1")
    references.approve("Q-2", by=WEBER)
    assert [view.key for view in references.readable(BRANDT, "clients")] == ["Q-1"]
    references.seal("Q-2")
    assert [view.key for view in references.readable(BRANDT, "clients")] == ["Q-2"]
    before = references.get("Q-1")
    assert (before.state, before.standing.successor) == (ReferenceState.SUPERSEDED, "Q-2")
    references.seal("Q-2")
    assert kinds(h)[-1] == "superseded"


def test_only_ones_own_sealed_reference_is_superseded() -> None:
    """Not another source's, and not a draft."""
    h = sealed()
    h.desk.register(HUBER)
    with pytest.raises(NotAllowed, match="another source's"):
        h.desk.references.draft("Q-2", TEXT, about=BRANDT, source=HUBER, supersedes="Q-1")
    h.desk.references.retract("Q-1", by=STAFF)
    with pytest.raises(NotAllowed, match="is retracted and cannot be superseded"):
        h.desk.references.draft("Q-2", TEXT, about=BRANDT, source=WEBER, supersedes="Q-1")


# Who may read it


@pytest.mark.parametrize(
    ("audience", "readers"),
    [
        ("internal", {"internal"}),
        ("subject", {"internal", "subject"}),
        ("named", {"internal", "subject", "O-nordwerk"}),
        ("clients", {"internal", "subject", "O-nordwerk", "O-other", "somebody"}),
    ],
)
def test_a_reference_is_shown_to_its_audience(audience: str, readers: set[str]) -> None:
    """The provider, the subject, the clients that are named, every client."""
    clients = [Organisation(name="Nordwerk")] if audience == "named" else []
    references = sealed(audience=audience, clients=clients).desk.references
    shown = {reader for reader in ("internal", "subject") if references.readable(BRANDT, reader)}
    shown |= {client for client in ("O-nordwerk", "O-other") if references.readable(BRANDT, "clients", client=client)}
    shown |= {"somebody"} if references.readable(BRANDT, "clients") else set()
    assert shown == readers


def test_a_client_is_named_by_an_id_or_a_name_that_is_known() -> None:
    """A name that nobody has is no client, and no audience but the named has any."""
    with pytest.raises(NotFound, match="organisation"):
        sealed(audience="named", clients=[Organisation(name="Südwerk")])
    with pytest.raises(InvalidValue, match="must be named for the audience named, and for no other"):
        sealed(audience="named")
    with pytest.raises(InvalidValue, match="must be named for the audience named, and for no other"):
        sealed(audience="clients", clients=["O-nordwerk"])


def test_what_is_not_valid_any_more_is_not_shown() -> None:
    """From the midnight of that date on, where its source is."""
    h = sealed(valid_until="2026-06-01")
    h.clock.set("2026-05-31T23:59:59Z")
    assert len(h.desk.references.readable(BRANDT, "clients")) == 1
    h.clock.set("2026-06-01T00:00:00Z")
    assert h.desk.references.readable(BRANDT, "clients") == []


def test_a_draft_is_shown_to_nobody() -> None:
    """Nor is what was approved and not sealed; the provider finds both."""
    h = answered()
    h.desk.references.draft("Q-1", of="R-1", audience="clients")
    assert h.desk.references.readable(BRANDT, "internal") == []
    h.desk.references.approve("Q-1", by=WEBER)
    assert h.desk.references.readable(BRANDT, "clients") == []
    assert [view.key for view in h.desk.references.find(source=WEBER, state="approved")] == ["Q-1"]


# Proof


def test_a_seal_is_proved_by_a_signature() -> None:
    """Whoever has the public key verifies it without the store; under another key it does not hold."""
    h = answered()
    signer = Ed25519Signer(bytes(range(32)))
    h.desk.references.draft("Q-1", of="R-1")
    h.desk.references.approve("Q-1", by=WEBER)
    view = h.desk.references.seal("Q-1", signer=signer)
    assert view == h.desk.references.get("Q-1")
    assert view.seal is not None
    assert view.seal.key_id == signer.key_id
    assert seal_holds(view.reference, view.seal, public_key=signer.public_key)
    assert not seal_holds(view.reference, view.seal, public_key=Ed25519Signer(bytes(32)).public_key)


@pytest.mark.parametrize("kind", ["reference", "verification", "reply"])
def test_what_was_changed_in_the_store_is_noticed(kind: str) -> None:
    """A word of the statement, of a call, or of a reply."""
    store = MemoryStore()
    h = sealed(store)
    told = PointFinding(finding=Finding.CONFIRMED, words="He saved the plant.")
    h.desk.references.record_call("Q-1", {"2": told}, caller="O-client", call="c")
    h.desk.references.reply("Q-1", "He saved the plant, they say.", by=BRANDT)
    h.desk.references.verify("Q-1")

    class Forged(Wrapped):
        """A store in which somebody has changed one kind of record."""

        def _call(self, name: str, *arguments: Any, **named: Any) -> Any:
            found = super()._call(name, *arguments, **named)
            if name not in {"read", "find"}:
                return found
            return [
                it._replace(body=it.body.replace(b"saved", b"ruled")) if it is not None and it.kind == kind else it
                for it in found
            ]

    with pytest.raises(Broken):
        h.worker("other", store=Forged(store)).references.verify("Q-1")  # type: ignore[arg-type]  # it hands all on


# The store


def test_a_reference_outlives_the_program(tmp_path: Path) -> None:
    """It comes back from a file as it was, with all that was appended."""
    with_file = sealed(SQLiteStore(tmp_path / "f.db"))
    with_file.desk.references.record_call("Q-1", {"2": "differs"}, caller="O-client", call="c")
    view = with_file.desk.references.get("Q-1")
    with_file.desk.close()
    again = house(SQLiteStore(tmp_path / "f.db"))
    assert again.desk.references.get("Q-1") == view
    again.desk.references.verify("Q-1")
    again.desk.close()


def test_two_who_seal_at_once_seal_once() -> None:
    """Whoever is second sees that it is sealed, and nothing is begun twice."""
    store = Wrapped(MemoryStore())
    h = answered(store)
    h.desk.references.draft("Q-1", of="R-1")
    h.desk.references.approve("Q-1", by=WEBER)
    other = h.worker("other", store=store.inner)
    done: list[bool] = []

    def meanwhile(name: str, _arguments: Any) -> None:
        if name == "write" and not done:
            done.append(True)
            other.references.seal("Q-1")

    store.before = meanwhile
    h.desk.references.seal("Q-1")
    assert kinds(h) == ["drafted", "approved", "sealed"]


def test_an_async_desk_does_the_same() -> None:
    """Awaited."""
    h = sealed()

    async def read() -> str:
        desk = AsyncDesk(h.store, secret=SECRET, clock=h.clock)
        return (await desk.references.get("Q-1")).reference.text

    assert asyncio.run(read()) == TEXT


def test_no_word_of_a_reference_is_in_a_repr() -> None:
    """Of whatever the desk gives back."""
    h = sealed()
    h.desk.references.record_call("Q-1", {"2": PointFinding(finding="differs", words="saved")}, caller="O-1", call="c")
    h.desk.references.reply("Q-1", "saved", by=BRANDT)
    shown = f"{h.desk.references.get('Q-1')!r} {h.desk.references.history('Q-1')!r} {h.desk.references.guide('Q-1')!r}"
    assert "saved" not in shown
    assert "Weber" not in shown
    assert ReferenceEventKind.DISPUTED in shown


def test_a_choice_is_no_words_to_quote() -> None:
    """Beside what was chosen, the only words are what a reference is made of."""
    h = house()
    asked = Questionnaire(
        id="short",
        title="Short",
        questions=[
            Choice(name="role", label="Role", options={"line": "Line", "staff": "Staff"}),
            Words(name="w", label="?"),
        ],
    )
    h.desk.request(ask("R-1", questionnaire=asked))
    h.desk.give("R-1", {"role": "line", "w": "Calm in the storm."}, by=WEBER)
    assert h.desk.references.draft("Q-1", of="R-1").text == "Calm in the storm."
    with pytest.raises(InvalidValue, match=r"answered in words \(w\)"):
        h.desk.references.draft("Q-2", of="R-1", question="role")
