"""Who is who: from the description of a person to the one that is stored, or is about to be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import attrs

from feedbackkit.desk.decisions.proposing import NO_WAY
from feedbackkit.desk.files import LedgerFile, asks_behind_somebody
from feedbackkit.desk.kinds import ADDRESS, ORGANISATION, PERSON, REQUEST
from feedbackkit.desk.people.addresses import (
    DEAD,
    ERASED,
    ERASED_PERSON,
    Digests,
    address_put,
    address_records,
    digests_of,
)
from feedbackkit.desk.people.going_on import let_go_on
from feedbackkit.domain.people import Organisation, Person
from feedbackkit.domain.request import EventKind, State
from feedbackkit.errors import Erased, InvalidValue
from feedbackkit.policies.permission import BasisRule
from feedbackkit.ports import RecordKey

if TYPE_CHECKING:
    from collections.abc import Iterable

    from feedbackkit.desk.cabinet import Cabinet
    from feedbackkit.desk.context import Context

__all__ = ["go_on", "register", "strike_address"]


_MOST_UNDELIVERABLE: Final = 1000
_MOST_WAITING: Final = 1000
_REACHED: Final = "it is known by now how the person may be contacted"
_CONSENTED: Final = "what its subject consents to is known now"
_DEFAULTS: Final = {field.name: field.default for field in attrs.fields(Person)}
_TOLD: Final = {name: default for name, default in _DEFAULTS.items() if name not in {"id", "organisation"}}


async def register(
    context: Context, cabinet: Cabinet, descriptions: Iterable[Person], *, trusted: bool = False
) -> dict[Person, Person]:
    """The person behind each description, with id and organisation; what is new or differs is filed to be written.

    What a description leaves out stays as it is stored; of two descriptions of one person the later one counts. An
    address that is known not to work counts as left out, unless this is `trusted`. An
    erased person raises `Erased`, an address that belongs to somebody else than the id says `InvalidValue`.
    """
    digests = digests_of(context, descriptions)
    records = await address_records(context, digests.values())
    owners = {key: record.refs[0] for key, record in records.items()}
    dead = {key: record for key, record in records.items() if record.state == DEAD}
    known = set(owners)
    ids = {description: _ids(context, cabinet, description, digests[description], owners) for description in digests}
    await _take_in_hand(context, cabinet, ids.values())
    people: dict[Person, Person] = {}
    moved: list[str] = []
    consenting: list[str] = []
    reached: list[str] = []
    for description, its in ids.items():
        before = cabinet.people.get(its.person)
        address = None if before is None else before.person.email
        consent = None if before is None else before.person.reference_consent
        ways = None if before is None else _ways_to(before.person)
        digest = digests[description].email
        told = description
        if digest is not None and digest in dead:
            if trusted:
                cabinet.others.append(address_put(digest, dead[digest].version, its.person, "live"))
            else:
                told = attrs.evolve(description, id=its.person, email=None)
        people[description] = _filed(cabinet, told, its)
        if before is not None and people[description].email not in {None, address}:
            moved.append(its.person)
        if before is not None and people[description].reference_consent != consent:
            consenting.append(its.person)
        if before is not None and _ways_to(people[description]) != ways:
            reached.append(its.person)
    await _let_checks_go(context, cabinet, consenting)
    await go_on(context, cabinet, moved)
    for person in reached:
        await let_go_on(context, cabinet, person, _rules_of_ways(context), why=_REACHED)
    for digest in owners.keys() - known:
        owner = owners[digest]
        cabinet.others.append(address_put(digest, 0, owner, "live"))
    return people


def _ways_to(person: Person) -> tuple[object, ...]:
    """On what it depends whether a person may be contacted at all, in one way or another."""
    return person.basis, person.phone_basis, person.by_phone, person.phone


def _rules_of_ways(context: Context) -> set[str]:
    return {NO_WAY, *(rule.name for rule in context.policy.rules.rules if isinstance(rule, BasisRule))}


async def strike_address(context: Context, cabinet: Cabinet, file: LedgerFile, address: str | None) -> None:
    """Note that an address of a person does not work, by its digest, or the one of now; nothing is sent there again."""
    person = file.person
    of_now = None if person.email is None else context.fingerprints.email(person.email)
    digest = address or of_now
    if digest is None:
        return
    [record] = await context.store.read([RecordKey(ADDRESS, digest)])
    if record is not None and record.state == "live" and record.refs[0] == file.key:
        cabinet.others.append(address_put(digest, record.version, file.key, DEAD))
    if digest == of_now:
        file.rewrite(attrs.evolve(person, id=file.key, email=None), file.group)


async def go_on(context: Context, cabinet: Cabinet, people: Iterable[str]) -> None:
    """Let what could not be delivered to people go on, now that an address of theirs is known that may work."""
    for person in people:
        records = await context.store.find(REQUEST, ref=person, state=State.UNDELIVERABLE, limit=_MOST_UNDELIVERABLE)
        theirs = {record.key: record for record in records if record.refs[0] == person}
        cabinet.file(record for record in theirs.values() if record.key not in cabinet.requests)
        for file in list(cabinet.requests.values()):
            if file.respondent == person and file.progress.state is State.UNDELIVERABLE:
                due_us = max(cabinet.now_us, file.progress.chosen_us or 0)
                cabinet.happen(file, EventKind.READDRESSED, due_us=due_us)
                if file.progress.step > 0:
                    ledger_file = cabinet.person(person)
                    ledger_file.ledger = ledger_file.ledger.opened(file.key)


async def _let_checks_go(context: Context, cabinet: Cabinet, subjects: Iterable[str]) -> None:
    """Let the reference checks about people who wait for their consent be looked at again, now that it has changed."""
    for subject in subjects:
        records = await context.store.find(REQUEST, ref=subject, state=State.PLANNED, limit=_MOST_WAITING)
        waiting = [record for record in records if record.refs[1] == subject and asks_behind_somebody(record)]
        cabinet.file(record for record in waiting if record.key not in cabinet.requests)
        for record in waiting:
            file = cabinet.requests[record.key]
            wanted_us = max(cabinet.now_us, file.request.planned_us or 0, file.progress.chosen_us or 0)
            due_us = file.progress.due_us
            if file.progress.state is State.PLANNED and (due_us is None or due_us > wanted_us):
                cabinet.happen(file, EventKind.RESCHEDULED, due_us=wanted_us, reason=_CONSENTED)


class _Ids(NamedTuple):
    """Whose description it is, and where that person works."""

    person: str
    organisation: str | None


def _ids(context: Context, cabinet: Cabinet, person: Person, digests: Digests, owners: dict[str, str]) -> _Ids:
    """The ids in a description, those that its address and name lead to, or new ones; `owners` learns the new ones."""
    house = None
    if person.organisation is not None and digests.organisation is not None:
        house = person.organisation.id or owners.get(digests.organisation) or f"o{context.ids.new(cabinet.now_us)}"
        owners.setdefault(digests.organisation, house)
    id_ = person.id
    if digests.email is not None:
        owner = owners.get(digests.email)
        if owner is not None and id_ is not None and owner != id_:
            raise InvalidValue("person.email", "must not belong to another person", f"an address of person {owner!r}")
        id_ = id_ or owner or f"p{context.ids.new(cabinet.now_us)}"
        owners[digests.email] = id_
    return _Ids(id_ or "", house)


async def _take_in_hand(context: Context, cabinet: Cabinet, people: Iterable[_Ids]) -> None:
    keys: dict[RecordKey, None] = {}
    for person, house in people:
        keys[RecordKey(PERSON, person)] = None
        if house is not None:
            keys[RecordKey(ORGANISATION, house)] = None
    records = await context.store.read([key for key in keys if not cabinet.has(key)])
    if any(record is not None and record.state == ERASED for record in records):
        raise Erased(ERASED_PERSON)
    cabinet.file(records)
    houses = {file.group for key, file in cabinet.people.items() if file.group != key} - cabinet.organisations.keys()
    if houses:  # a description may leave out where somebody works who is known already
        cabinet.file(await context.store.read([RecordKey(ORGANISATION, house) for house in sorted(houses)]))


def _filed(cabinet: Cabinet, described: Person, ids: _Ids) -> Person:
    """Bring a person's file up to date, or begin one; the person as filed."""
    file = cabinet.people.get(ids.person)
    if file is not None and _says_nothing_new(described, ids, file.person):
        _file_organisation(cabinet, file.person.organisation)
        return file.person
    organisation = described.organisation and attrs.evolve(described.organisation, id=ids.organisation)
    person = attrs.evolve(described, id=ids.person, organisation=organisation)
    person = person if file is None else _merged(file.person, person)
    group = _file_organisation(cabinet, person.organisation) or ids.person
    if file is None:
        cabinet.people[ids.person] = LedgerFile.new(PERSON, person, group)
    elif file.rewrite(person, group):
        # What held a request may be known now, an address for instance: all that wait are looked at again.
        file.wake_all = True
    return person


def _says_nothing_new(described: Person, ids: _Ids, stored: Person) -> bool:
    """Whether a description leaves out, or says as it is stored, all that there is to say."""
    if described.organisation is not None:
        house = stored.organisation
        if house is None or (house.id, house.name) != (ids.organisation, described.organisation.name):
            return False
    return all(
        (said := getattr(described, name)) == default or said == getattr(stored, name)
        for name, default in _TOLD.items()
    )


def _merged(stored: Person, described: Person) -> Person:
    said = {name: getattr(described, name) for name in _DEFAULTS}
    return attrs.evolve(stored, **{name: value for name, value in said.items() if value != _DEFAULTS[name]})


def _file_organisation(cabinet: Cabinet, organisation: Organisation | None) -> str | None:
    if organisation is None or organisation.id is None:
        return None
    file = cabinet.organisations.get(organisation.id)
    if file is None:
        cabinet.organisations[organisation.id] = LedgerFile.new(ORGANISATION, organisation, organisation.id)
    else:
        file.rewrite(organisation, organisation.id)
    return organisation.id
