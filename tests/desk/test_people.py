from __future__ import annotations

import stat
from typing import TYPE_CHECKING, Any

import attrs
import pytest

from feedbackkit.desk import Desk
from feedbackkit.desk.secret import Fingerprints
from feedbackkit.domain.people import Organisation, Person
from feedbackkit.domain.request import State
from feedbackkit.errors import Erased, InvalidValue, NotAllowed, NotFound, SetupError
from feedbackkit.ports import Change, Put
from feedbackkit.stores import MemoryStore, SQLiteStore
from tests.desk.house import BRANDT, HUBER, SECRET, WEBER, ask, house, respondent

if TYPE_CHECKING:
    from pathlib import Path


def test_a_person_is_known_by_address_however_it_is_spelled() -> None:
    """Capitals make nobody else of them."""
    h = house()
    h.desk.request(ask("A-1", respondent=Person(name="Anna", email="anna@house.example")))
    h.desk.request(ask("A-2", respondent=Person(name="Anna", email="ANNA@House.example")))
    first, second = h.desk.find()
    assert first.request.respondent == second.request.respondent


def test_a_wish_follows_the_person_to_a_new_address() -> None:
    """Both addresses lead to the same id, and the ledger is that id's."""
    h = house()
    h.desk.request(ask("A-1"))
    h.desk.opt_out(WEBER)
    h.desk.request(ask("A-2", respondent=attrs.evolve(WEBER, email="new@other.example")))
    h.desk.run()
    assert h.sent == []
    assert h.desk.person(Person(name="?", email="new@other.example")).id == WEBER.id
    assert h.desk.person(Person(name="?", email="anna.weber@nordwerk.example")).id == WEBER.id


def test_what_a_description_leaves_out_stays_as_it_is_stored() -> None:
    """A description by address alone wipes nothing."""
    h = house()
    h.desk.request(ask("A-1"))
    h.desk.request(ask("A-2", respondent=Person(name="Dr. Anna Weber", email="anna.weber@nordwerk.example")))
    assert h.desk.person("P-weber") == WEBER


def test_an_address_of_somebody_else_is_refused() -> None:
    """An id and an address that contradict each other are no person, and nothing is stored."""
    h = house()
    h.desk.request(ask("A-1"))
    with pytest.raises(InvalidValue, match="another person"):
        h.desk.request(ask("A-2", respondent=respondent(2, email="anna.weber@nordwerk.example")))
    assert len(h.desk.find()) == 1


def test_an_organisation_may_not_have_the_id_of_a_person_that_an_address_leads_to() -> None:
    """The desk finds out who is meant, and then it is the same as if the description had said so."""
    h = house()
    h.desk.request(ask("A-1"))
    itself = Person(email=WEBER.email, name="Dr. Anna Weber", organisation=Organisation(id="P-weber", name="Weber"))
    with pytest.raises(InvalidValue, match=r"^person\.id must not be the id of the person's organisation"):
        h.desk.request(ask("A-2", respondent=itself))
    assert h.desk.person("P-weber") == WEBER


def test_nothing_is_stored_about_an_erased_person() -> None:
    """The digest that was left of the address is looked at before anything is written."""
    h = house()
    digest = Fingerprints(SECRET).email("gone@house.example")
    tombstone = Put("address", digest, 0, None, "gone", (), "erased", b"[1]", b"")
    h.store.write([Change("erasure", 1, (tombstone,))])
    with pytest.raises(Erased):
        h.desk.request_all([ask("A-1"), ask("A-2", respondent=Person(name="Gone", email="Gone@house.example"))])
    assert h.store.find("person", limit=10) == []
    assert h.desk.find() == []


def test_an_organisation_is_known_by_its_name() -> None:
    """Spaces and capitals aside; its people share a budget."""
    h = house()
    for number, name in enumerate(("Nordwerk  AG", "nordwerk ag")):
        person = respondent(number, house=None, organisation=Organisation(name=name))
        h.desk.request(ask(f"A-{number}", respondent=person))
    first, second = h.desk.find()
    assert first.request.organisation == second.request.organisation is not None


def test_nobody_else_answers_for_a_respondent() -> None:
    """An answer by another person is refused; somebody unknown is not found."""
    h = house()
    h.desk.request_all([ask("A-1"), ask("A-2", respondent=HUBER)])
    with pytest.raises(NotAllowed, match="P-weber"):
        h.desk.give("A-1", {"overall": 1}, by=HUBER)
    with pytest.raises(NotFound):
        h.desk.give("A-1", {"overall": 1}, by=Person(name="Who", email="who@nowhere.example"))
    assert h.desk.get("A-1").state is State.PLANNED


def test_a_store_opened_with_another_secret_is_refused() -> None:
    """Its addresses would lead nowhere, and nobody would be known again."""
    store = MemoryStore()
    house(store).desk.request(ask("A-1"))
    with pytest.raises(SetupError, match="another secret"):
        Desk(store, secret=bytes(32)).find()


def test_a_store_in_a_file_has_its_secret_beside_it_for_its_owner_alone(tmp_path: Path) -> None:
    """Made at the first use, and the same at every later one."""
    path = tmp_path / "feedback.db"
    with Desk(SQLiteStore(path)) as desk:
        desk.request(ask("A-1"))
    secret = tmp_path / "feedback.db.secret"
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    with Desk(SQLiteStore(path)) as desk:
        assert desk.person(BRANDT).id == BRANDT.id


def test_a_store_without_a_place_for_a_secret_needs_one_handed_in() -> None:
    """The error says what to do."""

    class Elsewhere:
        """A store on some server: neither a file nor gone with the process."""

        def __getattr__(self, name: str) -> Any:
            if name in {"path", "ephemeral"}:
                raise AttributeError(name)
            return getattr(MemoryStore(), name)

    elsewhere: Any = Elsewhere()
    with pytest.raises(SetupError, match="secret="):
        Desk(elsewhere)
