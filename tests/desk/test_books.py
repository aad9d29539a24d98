"""I1, I3: whatever dies, and at whichever store call, the books balance, and going on ends as if nothing had happened.

A whole spring is played: bundles, a held request, answers, refusals, dates, delegations, wishes, plans that change, an
address that does not work. It is killed at every call of its store, before and after it was made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs
import pytest

from feedbackkit.domain.contact import ContactStatus
from feedbackkit.domain.engagement import Extension
from feedbackkit.domain.request import State
from feedbackkit.policies import playbooks
from feedbackkit.ports import Outcome, Receipt
from feedbackkit.stores import MemoryStore
from tests.desk.books import contacts_in, wrong_in
from tests.desk.house import HUBER, WEBER, Died, House, Wrapped, ask, dying, house, mandate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from feedbackkit.domain.contact import Message
    from feedbackkit.ports import Store

KRAUSE = attrs.evolve(HUBER, id="P-krause", email="krause@suedwerk.example", name="K", organisation=None)
GONE = attrs.evolve(HUBER, id="P-gone", email="gone@nordwerk.example", name="G")
PLAY = playbooks.interim()


class Kept:
    """A post that outlives the desks: it knows who got which message first when, and one address that is dead."""

    name = "post"

    def __init__(self, *, idempotent: bool) -> None:
        self.idempotent = idempotent
        self.messages: list[Message] = []

    def send(self, message: Message) -> Receipt:
        """Take it, unless the address does not work."""
        if message.to.email == GONE.email:
            return Receipt(Outcome.GIVE_UP, "no such mailbox")
        self.messages.append(message)
        return Receipt(Outcome.SENT)


def spring(h: House) -> list[tuple[str, Callable[[], object]]]:
    """What happens, and when; each of it may be repeated."""
    desk = h.desk
    story: list[tuple[str, Callable[[], object]]] = [
        ("2026-03-02T08:00:00Z", lambda: desk.request_all([ask(f"w{n}", value=n) for n in range(1, 5)])),
        ("2026-03-02T08:00:00Z", lambda: desk.request(ask("h1", respondent=HUBER))),
        ("2026-03-02T08:00:00Z", lambda: desk.request(ask("k1", respondent=KRAUSE, occasion="verification"))),
        ("2026-03-02T08:00:00Z", lambda: desk.request(ask("g1", respondent=GONE))),
        ("2026-03-02T08:00:00Z", lambda: desk.plan(mandate(), PLAY)),
        ("2026-03-02T10:00:00Z", desk.run),
        ("2026-03-03T10:00:00Z", lambda: desk.give("w4", {"overall": 5})),
        ("2026-03-03T11:00:00Z", lambda: desk.defer("w3", until="2026-04-13")),
        ("2026-03-03T12:00:00Z", lambda: desk.record_contact(KRAUSE, key="call")),
        ("2026-03-03T12:00:00Z", lambda: desk.register(attrs.evolve(GONE, email="here@nordwerk.example"))),
        ("2026-03-04T12:00:00Z", lambda: desk.delegate("w2", to=KRAUSE)),
        ("2026-03-04T13:00:00Z", lambda: desk.decline("h1", reason="no time")),
        ("2026-03-09T10:00:00Z", desk.run),
        ("2026-03-13T10:00:00Z", desk.run),
        ("2026-03-20T10:00:00Z", lambda: desk.opt_out(KRAUSE, scope="reminders")),
        ("2026-03-23T10:00:00Z", desk.run),
        ("2026-03-30T10:00:00Z", desk.run),
        (
            "2026-03-31T10:00:00Z",
            lambda: desk.plan(mandate(extensions=[Extension(agreed="2026-03-31", ends="2027-02-26")]), PLAY),
        ),
        ("2026-04-01T10:00:00Z", lambda: desk.give("w4", {"overall": 4})),
        ("2026-04-02T10:00:00Z", lambda: desk.withdraw("w1", by="subject", reason="not this one")),
        ("2026-04-14T10:00:00Z", desk.run),
        ("2026-05-18T10:00:00Z", desk.run),
        ("2026-06-08T10:00:00Z", desk.run),
    ]
    return story


def ended(store: Store, post: Kept, *, aside: str = "") -> tuple[Any, ...]:
    """What there is in the end, told by a desk that was not there before; tries, channel talk and a request aside."""
    desk = house(store, channel=post).desk
    first = {message.id: [line.request for line in message.lines] for message in reversed(post.messages)}
    views = [view for view in desk.find() if view.key != aside]
    contacts = [view for view in desk.contacts() if [line.request for line in view.contact.lines] != [aside]]
    return (
        views,
        [(view.contact, view.status) for view in contacts],
        [(answer.request, answer.revision, dict(answer.items)) for answer in desk.answers()],
        [[(event.kind, event.at_us, event.due_us) for event in desk.history(view.key)] for view in views],
        sorted((id_, requests) for id_, requests in first.items() if requests != [aside]),
    )


def in_doubt(store: Store) -> set[str]:
    """The requests of contacts of which nobody knows whether they went out."""
    doubtful = {ContactStatus.SENDING, ContactStatus.UNKNOWN}
    return {line.request for contact, status in contacts_in(store) if status in doubtful for line in contact.lines}


def play(store: Store, post: Kept, first: int = 0) -> Iterator[int]:
    """Play the story from one of its steps on; the number of each step that is done."""
    h = house(store, channel=post)
    for number, (at, act) in enumerate(spring(h)):
        if number >= first:
            h.clock.set(at)
            act()
            yield number + 1


@pytest.fixture(scope="module", params=[True, False], ids=["harmless to repeat", "not harmless"])
def undisturbed(request: pytest.FixtureRequest) -> tuple[Kept, list[str], Store]:
    """A post, which store calls the spring makes, and what it leaves behind when nothing happens."""
    post = Kept(idempotent=request.param)
    store: Any = Wrapped(MemoryStore())
    assert list(play(store, post))
    return post, list(store.calls), store.inner


def test_the_spring_has_a_bit_of_everything(undisturbed: tuple[Kept, list[str], Store]) -> None:
    """Or else dying in it would prove little."""
    post, _, left = undisturbed
    requests, contacts, answers, _, messages = ended(left, post)
    assert {view.state for view in requests} >= {State.GIVEN, State.DECLINED, State.DELEGATED, State.WITHDRAWN}
    assert {status for _, status in contacts} >= {"sent", "released"}
    assert max(len(lines) for _, lines in messages) == 3
    assert len(answers) == 2


@pytest.mark.no_cover
@pytest.mark.parametrize("afterwards", [False, True], ids=["before the call", "after the call"])
def test_i1_i3_killed_at_any_call_the_books_balance_and_it_ends_the_same(
    undisturbed: tuple[Kept, list[str], Store], afterwards: bool
) -> None:
    """After each death nothing is stored by halves; begun again at the step that died, it ends as if undisturbed.

    All but this: what was in hand at the death, and cannot be delivered when it is repeated, counts as sent.
    """
    undisturbed_post, calls, left = undisturbed
    for death, call in enumerate(calls, start=1):
        if afterwards and call != "write":
            continue  # after a call that writes nothing is before the next one
        store, post, done = MemoryStore(), Kept(idempotent=undisturbed_post.idempotent), 0
        mortal: Any = dying(store, death, afterwards=afterwards)
        with pytest.raises(Died):
            for done in play(mortal, post):  # noqa: B007 - how far it got counts
                pass
        assert wrong_in(store) == []
        aside = "g1" if "g1" in in_doubt(store) else ""
        assert list(play(store, post, done))
        assert wrong_in(store) == []
        assert ended(store, post, aside=aside) == ended(left, undisturbed_post, aside=aside)
        repeated = len(post.messages) - len({message.id for message in post.messages})
        assert post.idempotent or repeated <= 1


def test_the_auditor_notices_a_contact_that_no_ledger_has() -> None:
    """The check can fail."""
    store = MemoryStore()
    list(play(store, Kept(idempotent=True)))
    [record] = [each for each in store.find("person", limit=100) if each.key == WEBER.id]
    forged = record._replace(head=record.head.replace(b"17", b"16", 1))
    assert forged != record

    def find(kind: str, **wanted: Any) -> list[Any]:
        return [forged if found == record else found for found in MemoryStore.find(store, kind, **wanted)]

    store.find = find  # type: ignore[method-assign]  # a forgery
    assert any("P-weber has other contacts" in sentence for sentence in wrong_in(store))
