"""Who works on what: groups leased to owners, and what could not be handled put off.

Every group of which a record was written has a row in the table of leases, made together with the record. So a claim
finds all it may take by one statement, which takes hold of the rows of leases and passes over those that another claim
has in its hands just then: two workers never wait for each other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, final

from sqlalchemy import bindparam, case, or_, select, update

from feedbackkit.stores.checks import check_kind
from feedbackkit.stores.sql.values import check_values, name_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import BindParameter, Connection

    from feedbackkit.ports import Record, RecordKey
    from feedbackkit.stores.sql.bulk import Bulk
    from feedbackkit.stores.sql.reading import Reader

__all__ = ["Claim", "Claims"]


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
        free = or_(
            lease.owner.is_(None), lease.owner == owner, lease.ends_at <= now, lease.ends_at > bindparam("latest")
        )
        self._due: Final = (
            select(record.name, record.group_id)
            .select_from(tables.record.join(tables.lease, record.group_id == lease.group_id))
            .where(record.kind == bindparam("kind"), record.due <= now, tables.alive)
            .where(or_(record.retry_at.is_(None), record.retry_at <= now), free)
            .order_by(record.due, record.name)
            .limit(bindparam("most"))
            .with_for_update(of=tables.lease, skip_locked=True)
            # MariaDB locks whatever it looks at, so it must go from what is due to its leases.
            .prefix_with("STRAIGHT_JOIN", dialect="mysql")
            .prefix_with("STRAIGHT_JOIN", dialect="mariadb")
        )
        groups = bulk.among(lease.group_id)
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
        kind, now, lease, owner, limit = wanted
        values = {"kind": kind, "now": now, "owner": owner, "latest": now + 2 * lease, "most": limit}
        groups = {name: group for name, group in conn.execute(self._due, values)}  # noqa: C416 - a row is no pair
        leased = sorted(set(groups.values()))
        self._bulk.execute(conn, self._take, leased, owner=owner, until=now + lease)
        found = self._reader.named(conn, groups)  # as they are now that nobody else has them
        return [found[name] for name in groups if (due := found[name].due) is not None and due <= now]

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
