"""Addresses and names of houses: known by their keyed digests alone, which lead to the ids of whose they are.

A wish to be left in peace so follows a person to a new address; and when somebody was erased, the digest alone remains,
and is looked at before anything about a person is stored again.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from feedbackkit.desk.kinds import ADDRESS, PERSON
from feedbackkit.domain.checks import opaque, shape
from feedbackkit.domain.people import Organisation, Person
from feedbackkit.errors import Erased, InvalidValue, NotFound
from feedbackkit.ports import Put, RecordKey

if TYPE_CHECKING:
    from collections.abc import Iterable

    from feedbackkit.desk.context import Context
    from feedbackkit.ports import Record

__all__ = [
    "DEAD",
    "ERASED",
    "ERASED_PERSON",
    "Digests",
    "address_put",
    "address_records",
    "digests_of",
    "known_id",
    "organisation_id",
]

ERASED: Final = "erased"
"""The state of an address or a person about whom nothing may be stored again."""
DEAD: Final = "dead"
"""The state of an address that does not work: it still leads to its person, but nothing is sent there."""
ERASED_PERSON: Final = "a description is of an erased person, about whom nothing may be stored again"


class Digests(NamedTuple):
    """Under which names the address and the organisation of a description are known."""

    email: str | None
    organisation: str | None


async def known_id(context: Context, who: Person | str) -> str:
    """The id of somebody who is stored: the id itself, or the one behind a description's id or address.

    A text that can be no id is refused, and not told: it may be an address or a name.
    """
    if isinstance(who, str):
        return opaque("person.id", who)
    if not isinstance(who, Person):
        raise InvalidValue("person", "must be a Person or an id", shape(who))
    if who.id is not None:
        return who.id
    digests = digests_of(context, [who])[who]
    record = (await address_records(context, [digests])).get(digests.email or "")
    if record is None:
        raise NotFound(PERSON, "behind that address")
    return record.refs[0]


async def organisation_id(context: Context, house: Organisation | str) -> str:
    """The id of an organisation, also of one that is known by its name."""
    if isinstance(house, str):
        return house
    if house.id is not None:
        return house.id
    [record] = await context.store.read([RecordKey(ADDRESS, context.fingerprints.organisation(house.name))])
    if record is None:
        raise NotFound("organisation", "under that name")
    return record.refs[0]


def digests_of(context: Context, people: Iterable[Person]) -> dict[Person, Digests]:
    """The digests of each description, once for equal ones."""
    of_name = lru_cache(maxsize=None)(context.fingerprints.organisation)
    return {
        person: Digests(
            None if person.email is None else context.fingerprints.email(person.email),
            None if person.organisation is None else of_name(person.organisation.name),
        )
        for person in dict.fromkeys(people)
    }


async def address_records(context: Context, digests: Iterable[Digests]) -> dict[str, Record]:
    """What is stored of the addresses and names in some descriptions, as far as they are known."""
    wanted = dict.fromkeys(digest for pair in digests for digest in pair if digest is not None)
    records = await context.store.read([RecordKey(ADDRESS, digest) for digest in wanted])
    if any(record is not None and record.state == ERASED for record in records):
        raise Erased(ERASED_PERSON)
    return {record.key: record for record in records if record is not None}


def address_put(digest: str, version: int, owner: str, state: str) -> Put:
    """The write of an address, or a name; whose it is, its ref says."""
    return Put(ADDRESS, digest, version, None, owner, (owner,), state, b"[1]", b"")
