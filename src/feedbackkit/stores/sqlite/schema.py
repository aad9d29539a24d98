"""The tables of the file, and the statements on them.

A kind has its own three tables: `record` with what changes, `body` with what hardly ever does (an update then rewrites
a short row), and `ref` to find by whom it concerns. All are WITHOUT ROWID: one tree each, in order of key. A record's
row carries its tries and retry time, so that writing it clears them for nothing, and a dead letter leaves the index of
what is due.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final, final

from feedbackkit.stores.checks import DEAD_AFTER

__all__ = [
    "APPLICATION_ID",
    "CHAIN_ENDS",
    "COMMON",
    "DELETE_LEASE",
    "FORGET_ENTRY",
    "INSERT_CHANGE",
    "INSERT_FIRST_ENTRY",
    "INSERT_LEASE",
    "INSERT_NEXT_ENTRY",
    "KNOWN_CHANGES",
    "LEASES_OF",
    "LEAST_AHEAD",
    "READ_CHAIN",
    "SCHEMA_VERSION",
    "WIDEST",
    "Statements",
    "among",
    "heads_of",
]

APPLICATION_ID: Final = int.from_bytes(b"FbKt")
"""Says in the file's header that it is one of ours."""

SCHEMA_VERSION: Final = 1
"""The layout that this code writes, kept as the file's `user_version`."""

COMMON: Final = (
    "CREATE TABLE change (id TEXT PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID",
    "CREATE TABLE lease (group_id TEXT PRIMARY KEY, owner TEXT NOT NULL, until INTEGER NOT NULL) WITHOUT ROWID",
    """CREATE TABLE history (
        key TEXT NOT NULL, seq INTEGER NOT NULL, at INTEGER NOT NULL, actor TEXT NOT NULL, event TEXT NOT NULL,
        change_id TEXT NOT NULL, salt BLOB NOT NULL, commitment BLOB NOT NULL, previous BLOB NOT NULL,
        payload BLOB NOT NULL, PRIMARY KEY (key, seq))""",
)
"""The tables that every file has from the start."""


WIDEST: Final = 512
"""The most keys that one statement is given."""


@lru_cache(maxsize=1024)
def among(statement: str, width: int) -> str:
    """The statement with its list made so wide. Lists are faster than `json_each`, which also cuts text at a NUL."""
    return statement.format(",".join("?" * width))


@lru_cache(maxsize=256)
def heads_of(*wanted: tuple[str, int]) -> str:
    """One statement for the heads of some kinds, whose names are checked, each with its list made so wide."""
    return " UNION ALL ".join(
        f"SELECT '{kind}', key, version, state, head FROM record_{kind} WHERE key IN ({','.join('?' * width)})"
        for kind, width in wanted
    )


LEAST_AHEAD: Final = 64
"""So many due records are looked at by a claim in any case."""


@final
class Statements:
    """The statements of one kind; its name is a plain identifier, checked before it comes here."""

    def __init__(self, kind: str) -> None:
        record, body, ref = f"record_{kind}", f"body_{kind}", f"ref_{kind}"
        columns = "r.key, r.version, r.due, r.group_id, r.refs, r.state, r.head, coalesce(b.body, x'')"
        with_body = f"LEFT JOIN {body} AS b ON b.key = r.key"  # an empty body has no row
        self.create: Final = (
            f"""CREATE TABLE IF NOT EXISTS {record} (
                key TEXT PRIMARY KEY, version INTEGER NOT NULL, due INTEGER, group_id TEXT NOT NULL,
                refs TEXT NOT NULL, state TEXT NOT NULL, tries INTEGER NOT NULL DEFAULT 0, retry_at INTEGER,
                head BLOB NOT NULL) WITHOUT ROWID""",
            f"CREATE TABLE IF NOT EXISTS {body} (key TEXT PRIMARY KEY, body BLOB NOT NULL) WITHOUT ROWID",
            f"CREATE TABLE IF NOT EXISTS {ref} (ref TEXT, key TEXT, PRIMARY KEY (ref, key)) WITHOUT ROWID",
            f"""CREATE INDEX IF NOT EXISTS due_{kind} ON {record} (due, key)
                WHERE due IS NOT NULL AND tries < {DEAD_AFTER}""",
            f"CREATE INDEX IF NOT EXISTS dead_{kind} ON {record} (key) WHERE tries >= {DEAD_AFTER}",
        )
        among = "IN ({})"  # filled in by `among`
        self.read: Final = f"SELECT {columns} FROM {record} AS r {with_body} WHERE r.key {among}"
        self.heads: Final = f"SELECT key, version, state, head FROM {record} WHERE key {among}"
        self.versions: Final = f"SELECT key, version FROM {record} WHERE key {among}"
        self.refs: Final = f"SELECT key, refs FROM {record} WHERE key {among}"
        self.groups: Final = f"SELECT key, group_id FROM {record} WHERE key {among}"

        # Written by position alone: Python takes numbered placeholders for named ones in some of its releases.
        self.insert: Final = f"""INSERT INTO {record} (key, version, due, group_id, refs, state, head)
            VALUES (?, 1, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"""
        self.insert_body: Final = f"INSERT INTO {body} (key, body) VALUES (?, ?)"
        self.insert_ref: Final = f"INSERT INTO {ref} (ref, key) VALUES (?, ?) ON CONFLICT DO NOTHING"
        self.delete_ref: Final = f"DELETE FROM {ref} WHERE ref = ? AND key = ?"
        self.replace: Final = f"""UPDATE {record} SET version = version + 1, due = ?, group_id = ?, refs = ?, state = ?,
            head = ?, tries = 0, retry_at = NULL WHERE key = ? AND version = ?"""
        self.replace_body: Final = f"""INSERT INTO {body} (key, body) VALUES (?, ?)
            ON CONFLICT (key) DO UPDATE SET body = excluded.body WHERE body <> excluded.body"""
        self.delete_body: Final = f"DELETE FROM {body} WHERE key = ?"
        self.update: Final = f"""UPDATE {record} SET version = version + 1, due = ?, state = ?, head = ?,
            tries = 0, retry_at = NULL WHERE key = ? AND version = ?"""

        self.ahead: Final = f"""SELECT r.key, r.due, r.group_id FROM {record} AS r INDEXED BY due_{kind}
            WHERE r.due <= :now AND r.due IS NOT NULL AND r.tries < {DEAD_AFTER}
              AND (r.retry_at IS NULL OR r.retry_at <= :now)
              AND NOT EXISTS (SELECT 1 FROM lease WHERE lease.group_id = r.group_id AND lease.owner <> :owner
                              AND lease.until > :now AND lease.until <= :latest)
            ORDER BY r.due, r.key LIMIT :ahead"""
        # A claim looks ahead twice as far as it may give out, and puts what it sees in order of groups.
        self.claim: Final = f"""SELECT {columns} FROM (
                SELECT key, n, min(n) OVER (PARTITION BY group_id) AS first FROM (
                    SELECT key, group_id, row_number() OVER (ORDER BY due, key) AS n FROM ({self.ahead}))
                ORDER BY first, n LIMIT :limit) AS c
            CROSS JOIN {record} AS r ON r.key = c.key {with_body} ORDER BY c.first, c.n"""
        self.retry: Final = f"UPDATE {record} SET tries = tries + 1, retry_at = ? WHERE key = ?"
        self.dead: Final = f"""SELECT {columns} FROM {record} AS r {with_body}
            WHERE r.tries >= {DEAD_AFTER} AND (:after IS NULL OR r.key > :after) ORDER BY r.key LIMIT :limit"""
        self.find: Final = f"SELECT {columns} FROM {record} AS r {with_body}"
        self.find_by_refs: Final = f"{self.find} WHERE r.key IN (SELECT key FROM {ref} WHERE ref {among})"
        self.find_by_ref: Final = (
            f"SELECT {columns} FROM {ref} AS f CROSS JOIN {record} AS r ON r.key = f.key {with_body}"
        )


INSERT_CHANGE: Final = "INSERT INTO change (id, at) VALUES (?, ?) ON CONFLICT DO NOTHING"
KNOWN_CHANGES: Final = "SELECT id FROM change WHERE id IN ({})"

_ENTRY: Final = "key, seq, at, actor, event, change_id, salt, commitment, previous, payload"
INSERT_FIRST_ENTRY: Final = f"""
INSERT INTO history ({_ENTRY}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"""
# An entry without its predecessor gets no number and is ignored, like one that is there; selecting the whole row from
# its own table instead would make SQLite copy it aside first, which doubles the cost.
INSERT_NEXT_ENTRY: Final = f"""
INSERT OR IGNORE INTO history ({_ENTRY})
VALUES (?, (SELECT seq + 1 FROM history WHERE key = ? AND seq = ? - 1), ?, ?, ?, ?, ?, ?, ?, ?)"""
CHAIN_ENDS: Final = "SELECT key, max(seq) FROM history WHERE key IN ({}) GROUP BY key"
READ_CHAIN: Final = f"SELECT {_ENTRY} FROM history WHERE key = ? AND seq > ? ORDER BY seq LIMIT ?"
FORGET_ENTRY: Final = "UPDATE history SET salt = x'', payload = x'' WHERE key = ? AND seq = ?"

INSERT_LEASE: Final = """
INSERT INTO lease (group_id, owner, until) VALUES (?, ?, ?)
ON CONFLICT (group_id) DO UPDATE SET owner = excluded.owner, until = excluded.until"""
LEASES_OF: Final = "SELECT group_id FROM lease WHERE owner = ?"
DELETE_LEASE: Final = "DELETE FROM lease WHERE group_id = ?"
