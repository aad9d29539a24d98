"""Who is who: from the description of a person to the one that is stored, or is about to be.

An address is known by its keyed digest alone. The digest leads to the person's id, so a wish to be left in peace
follows the person to a new address; and when somebody was erased, the digest alone remains, and is looked at before
anything about a person is stored again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from feedbackkit.desk.cabinet import ORGANISATION, PERSON, REQUEST, LedgerFile
from feedbackkit.domain.checks import opaque
from feedbackkit.domain.people import Organisation, Person
from feedbackkit.domain.request import EventKind, State
from feedbackkit.errors import Erased, InvalidValue, NotFound
from feedbackkit.ports import Put, RecordKey

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from feedbackkit.desk.cabinet import Cabinet
    from feedbackkit.desk.context import Context

__all__ = ["ADDRESS", "ERASED", "known_id", "register"]

ADDRESS: Final = "address"
ERASED: Final = "erased"
"""The state of an address or a person about whom nothing may be stored again."""

_MOST_UNDELIVERABLE: Final = 1000
_DEFAULTS: Final = {field.name: field.default for field in attrs.fields(Person)}
_ERASED: Final = "a description is of an erased person, about whom nothing may be stored again"


async def register(context: Context, cabinet: Cabinet, descriptions: Iterable[Person]) -> dict[Person, Person]:
    """The person behind each description, with id and organisation; what is new or differs is filed to be written.

    What a description leaves out stays as it is stored; of two descriptions of one person the later one counts. An
    erased person raises `Erased`, an address that belongs to somebody else than the id says `InvalidValue`.
    """
    wanted = list(dict.fromkeys(descriptions))
    owners = await _owners(context, wanted)
    known = set(owners)
    people = {description: _identified(context, cabinet, description, owners) for description in wanted}
    await _take_in_hand(context, cabinet, people.values())
    moved: list[str] = []
    for description, person in people.items():
        before = cabinet.people.get(person.id or "")
        address = None if before is None else before.person.email
        people[description] = _filed(cabinet, person)
        if address is not None and people[description].email != address:
            moved.append(person.id or "")
    await _readdress(context, cabinet, moved)
    for digest in owners.keys() - known:
        owner = owners[digest]
        cabinet.others.append(
            Put(ADDRESS, digest, 0, None, owner, (owner,), "live", b"[1]", b"")  # whose it is, its ref says
        )
    return people


async def _readdress(context: Context, cabinet: Cabinet, moved: Iterable[str]) -> None:
    """Let what could not be delivered to people go on, now that another address of theirs is known."""
    for person in moved:
        records = await context.store.find(REQUEST, ref=person, state=State.UNDELIVERABLE, limit=_MOST_UNDELIVERABLE)
        cabinet.file(record for record in records if record.refs[0] == person and record.key not in cabinet.requests)
        for record in records:
            file = cabinet.requests[record.key] if record.refs[0] == person else None
            if file is not None and file.progress.state is State.UNDELIVERABLE:
                due_us = max(cabinet.now_us, file.progress.chosen_us or 0)
                cabinet.happen(file, EventKind.READDRESSED, due_us=due_us)
                if file.progress.step > 0:
                    ledger_file = cabinet.person(person)
                    ledger_file.ledger = ledger_file.ledger.opened(file.key)


async def known_id(context: Context, who: Person | str) -> str:
    """The id of somebody who is stored: the id itself, or the one behind a description's id or address.

    A text that can be no id is refused, and not told: it may be an address or a name.
    """
    if isinstance(who, str):
        return opaque("person.id", who)
    if who.id is not None:
        return who.id
    owners = await _owners(context, [who])
    try:
        return owners[context.fingerprints.email(who.email or "")]
    except KeyError:
        raise NotFound(PERSON, "behind that address") from None


async def _owners(context: Context, people: Sequence[Person]) -> dict[str, str]:
    """Whom the addresses and names in some descriptions lead to, as far as they are known."""
    digests: dict[str, None] = {}
    for person in people:
        if person.email is not None:
            digests[context.fingerprints.email(person.email)] = None
        if person.organisation is not None:
            digests[context.fingerprints.organisation(person.organisation.name)] = None
    records = await context.store.read([RecordKey(ADDRESS, digest) for digest in digests])
    if any(record is not None and record.state == ERASED for record in records):
        raise Erased(_ERASED)
    return {record.key: record.refs[0] for record in records if record is not None}


def _identified(context: Context, cabinet: Cabinet, person: Person, owners: dict[str, str]) -> Person:
    """The description with ids: its own, those that its address and name lead to, or new ones."""
    organisation = person.organisation
    if organisation is not None:
        digest = context.fingerprints.organisation(organisation.name)
        chosen = organisation.id or owners.get(digest) or f"o{context.ids.new(cabinet.now_us)}"
        owners.setdefault(digest, chosen)
        organisation = attrs.evolve(organisation, id=chosen)
    id_ = person.id
    if person.email is not None:
        digest = context.fingerprints.email(person.email)
        owner = owners.get(digest)
        if owner is not None and id_ is not None and owner != id_:
            raise InvalidValue("person.email", "must not belong to another person", f"an address of person {owner!r}")
        id_ = id_ or owner or f"p{context.ids.new(cabinet.now_us)}"
        owners[digest] = id_
    return attrs.evolve(person, id=id_, organisation=organisation)


async def _take_in_hand(context: Context, cabinet: Cabinet, people: Iterable[Person]) -> None:
    keys: dict[RecordKey, None] = {}
    for person in people:
        keys[RecordKey(PERSON, person.id or "")] = None
        if person.organisation is not None:
            keys[RecordKey(ORGANISATION, person.organisation.id or "")] = None
    records = await context.store.read([key for key in keys if not cabinet.has(key)])
    if any(record is not None and record.state == ERASED for record in records):
        raise Erased(_ERASED)
    cabinet.file(records)
    houses = {file.group for key, file in cabinet.people.items() if file.group != key} - cabinet.organisations.keys()
    if houses:  # a description may leave out where somebody works who is known already
        cabinet.file(await context.store.read([RecordKey(ORGANISATION, house) for house in sorted(houses)]))


def _filed(cabinet: Cabinet, described: Person) -> Person:
    """Bring a person's file up to date, or begin one; the person as filed."""
    key = described.id or ""
    file = cabinet.people.get(key)
    person = described if file is None else _merged(file.person, described)
    group = _file_organisation(cabinet, person.organisation) or key
    if file is None:
        cabinet.people[key] = LedgerFile.new(PERSON, person, group)
    elif file.rewrite(person, group):
        # What held a request may be known now, an address for instance: all that wait are looked at again.
        file.wake_all = True
    return person


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
