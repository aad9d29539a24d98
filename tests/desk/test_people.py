from __future__ import annotations

import stat
from typing import TYPE_CHECKING, Any

import pytest

from feedbackkit.desk import Desk
from feedbackkit.desk.secret import Fingerprints
from feedbackkit.domain.people import Organisation, Person
from feedbackkit.domain.request import State
from feedbackkit.errors import Erased, InvalidValue, NotAllowed, NotFound, SetupError
from feedbackkit.ports import Change, Put
from feedbackkit.stores import MemoryStore, SQLiteStore
from tests.desk.desk_parts import SECRET, SUBJECT, Setting, ask, respondent

if TYPE_CHECKING:
    from pathlib import Path


def test_a_person_is_known_by_address_however_it_is_spelled() -> None:
    """Capitals make nobody else of them."""
    setting = Setting()
    setting.desk.request(ask("A-1", of=Person(name="Anna", email="anna@house.example")))
    setting.desk.request(ask("A-2", of=Person(name="Anna", email="ANNA@House.example")))
    first, second = setting.desk.find()
    assert first.request.respondent == second.request.respondent


def test_a_wish_follows_the_person_to_a_new_address() -> None:
    """Both addresses lead to the same id, and the ledger is that id's."""
    setting = Setting()
    setting.desk.request(ask("A-1"))
    setting.desk.opt_out(respondent())
    setting.desk.request(ask("A-2", of=respondent(email="new@other.example")))
    setting.desk.run()
    assert setting.channel.messages == []
    assert setting.desk.person(Person(name="?", email="new@other.example")).id == "R-1"
    assert setting.desk.person(Person(name="?", email="respondent.1@house.example")).id == "R-1"


def test_what_a_description_leaves_out_stays_as_it_is_stored() -> None:
    """A description by address alone wipes nothing."""
    setting = Setting()
    setting.desk.request(ask("A-1"))
    setting.desk.request(ask("A-2", of=Person(name="Respondent 1", email="respondent.1@house.example")))
    assert setting.desk.person("R-1") == respondent()


def test_an_address_of_somebody_else_is_refused() -> None:
    """An id and an address that contradict each other are no person, and nothing is stored."""
    setting = Setting()
    setting.desk.request(ask("A-1"))
    with pytest.raises(InvalidValue, match="another person"):
        setting.desk.request(ask("A-2", of=respondent(2, email="respondent.1@house.example")))
    assert len(setting.desk.find()) == 1


def test_nothing_is_stored_about_an_erased_person() -> None:
    """The digest that was left of the address is looked at before anything is written."""
    setting = Setting()
    digest = Fingerprints(SECRET).email("gone@house.example")
    tombstone = Put("address", digest, 0, None, "gone", (), "erased", b"[1]", b"")
    setting.store.write([Change("erasure", 1, (tombstone,))])
    with pytest.raises(Erased):
        setting.desk.request_all([ask("A-1"), ask("A-2", of=Person(name="Gone", email="Gone@house.example"))])
    assert setting.store.find("person", limit=10) == []
    assert setting.desk.find() == []


def test_an_organisation_is_known_by_its_name() -> None:
    """Spaces and capitals aside; its people share a budget."""
    setting = Setting()
    for number, name in enumerate(("Nordwerk  AG", "nordwerk ag")):
        person = respondent(number, house=None, organisation=Organisation(name=name))
        setting.desk.request(ask(f"A-{number}", of=person))
    first, second = setting.desk.find()
    assert first.request.organisation == second.request.organisation is not None


def test_nobody_else_answers_for_a_respondent() -> None:
    """An answer by another person is refused; somebody unknown is not found."""
    setting = Setting()
    setting.desk.request_all([ask("A-1"), ask("A-2", of=respondent(2))])
    with pytest.raises(NotAllowed, match="R-1"):
        setting.desk.give("A-1", {"overall": 1}, by=respondent(2))
    with pytest.raises(NotFound):
        setting.desk.give("A-1", {"overall": 1}, by=Person(name="Who", email="who@nowhere.example"))
    assert setting.desk.get("A-1").state is State.PLANNED


def test_a_store_opened_with_another_secret_is_refused() -> None:
    """Its addresses would lead nowhere, and nobody would be known again."""
    store = MemoryStore()
    Setting(store).desk.request(ask("A-1"))
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
        assert desk.person(SUBJECT).id == SUBJECT.id


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
