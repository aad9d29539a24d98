"""Who works on what: groups leased to owners, and what could not be handled put off.

Every group of which a record was written has a row in the table of leases, made together with the record. So a claim
takes hold of the rows of leases that it wants, and passes over those that another claim has in its hands just then: two
workers never wait for each other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, final

from sqlalchemy import bindparam, case, or_, select, update

from feedbackkit.stores.checks import check_kind
from feedbackkit.stores.sql.ahead import Ahead
from feedbackkit.stores.sql.values import check_values, name_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import BindParameter, Connection, Select

    from feedbackkit.ports import Record, RecordKey
    from feedbackkit.stores.sql.bulk import Bulk
    from feedbackkit.stores.sql.reading import Reader

__all__ = ["Claim", "Claims"]

_TRIES: Final = 3
"""How often a claim looks again where others have done all that it saw, before it took hold of it."""


class Claim(NamedTuple):
    """What an owner asks for."""

    kind: str
    now: int
    lease: int
    owner: str
    limit: int

    def checked(self) -> Claim:
        """Itself, unless a value of it cannot be stored or compared."""
        check_kind(self.kind)
        check_values(self.now, self.lease, self.now + 2 * self.lease, self.owner, self.limit)
        return self


@final
class Claims:
    """Claims and releases, inside of a transaction that is begun and ended elsewhere."""

    def __init__(self, bulk: Bulk, reader: Reader) -> None:
        self._bulk: Final = bulk
        self._reader: Final = reader
        tables = bulk.tables
        record, lease = tables.record.c, tables.lease.c
        now: BindParameter[int] = bindparam("now")
        owner: BindParameter[str] = bindparam("owner")
        groups = bulk.among(lease.group_id)
        self._due: Final = (
            select(record.name, record.group_id)
            .where(record.kind == bindparam("kind"), record.due <= now, tables.alive)
            .where(or_(record.retry_at.is_(None), record.retry_at <= now))
            .order_by(record.due, record.name)
            .limit(bindparam("most"))
            .offset(bindparam("skipped"))
        )
        self._free: Final = select(lease.group_id).where(
            groups,
            or_(lease.owner.is_(None), lease.owner == owner, lease.ends_at <= now, lease.ends_at > bindparam("latest")),
        )
        self._take_hold: Final = self._free.with_for_update(skip_locked=True)
        self._take: Final = update(tables.lease).where(groups).values(owner=owner, ends_at=bindparam("until"))
        self._groups: Final = select(record.name, record.group_id).where(bulk.among(record.name)).order_by(record.name)
        self._held: Final = (
            select(lease.group_id).where(groups, lease.owner == owner).order_by(lease.group_id).with_for_update()
        )
        self._let_go: Final = update(tables.lease).where(groups).values(owner=None, ends_at=None)
        self._put_off: Final = (
            update(tables.record)
            .where(bulk.among(record.name))
            .values(retry_at=bindparam("at"), tries=case((tables.dead, record.tries), else_=record.tries + 1))
        )

    def claim(self, conn: Connection, wanted: Claim) -> list[Record]:
        """See `feedbackkit.ports.Store.claim`."""
        for _ in range(_TRIES):
            groups = self._leased(conn, wanted) if wanted.limit else {}
            found = self._reader.named(conn, groups)  # as they are now that nobody else has them
            due = [found[name] for name in groups if name in found and _is_due(found[name], groups[name], wanted.now)]
            if due or not groups:
                return due
        return []

    def _leased(self, conn: Connection, wanted: Claim) -> dict[str, str]:
        """The names of what was due when it was looked at, in order, each with its group, which is leased now."""
        kind, now, lease, owner, limit = wanted
        claim = {"now": now, "owner": owner, "latest": now + 2 * lease}
        ahead = Ahead(limit)
        while True:
            while most := ahead.farther:
                due = conn.execute(self._due, {"kind": kind, "now": now, "skipped": ahead.seen, "most": most})
                groups = ahead.see([(name, group) for name, group in due], most)
                ahead.know_free(groups, self._among(conn, self._free, groups, claim))
            chosen = ahead.choose()
            if not chosen:
                break
            held = self._among(conn, self._take_hold, chosen, claim)
            ahead.know_free(chosen, held)
            ahead.held.update(held)
        self._bulk.execute(conn, self._take, sorted(ahead.held), owner=owner, until=now + lease)
        return ahead.named()

    def _among(
        self, conn: Connection, statement: Select[str], groups: list[str], claim: Mapping[str, object]
    ) -> set[str]:
        """Those of some groups that the statement selects."""
        return {group for (group,) in self._bulk.fetch(conn, statement, groups, **claim)}

    def release(self, conn: Connection, keys: Sequence[RecordKey], owner: str, retry_at: int | None) -> None:
        """See `feedbackkit.ports.Store.release`."""
        names = sorted({name_of(kind, key) for kind, key in keys})
        statement = self._groups if retry_at is None else self._groups.with_for_update()
        groups = {name: group for name, group in self._bulk.fetch(conn, statement, names)}  # noqa: C416 - as above
        ours = [group for (group,) in self._bulk.fetch(conn, self._held, sorted(set(groups.values())), owner=owner)]
        self._bulk.execute(conn, self._let_go, ours)
        if retry_at is not None:
            held = set(ours)
            self._bulk.execute(conn, self._put_off, [name for name in names if groups.get(name) in held], at=retry_at)


def _is_due(record: Record, group: str, now: int) -> bool:
    return record.due is not None and record.due <= now and record.group == group
