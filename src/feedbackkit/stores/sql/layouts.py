"""How the tables are made, as plain SQL: every layout from the first on, for every database.

A layout is one way in which the tables have looked. What leads to it from the one before is a list of statements,
written once and never changed. Each may be repeated, for on MariaDB and MySQL a change of tables cannot be rolled back.
This module needs no SQLAlchemy.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Final

from feedbackkit.domain.checks import shape, whole
from feedbackkit.errors import InvalidValue

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["DIALECTS", "LAYOUT", "LONG", "NAME", "SHORT", "check_prefix", "family", "schema_sql", "steps"]

NAME: Final = 500
"""The most characters of a kind and a key with the slash between them, and of the key of a chain."""

SHORT: Final = 250
"""The most characters of a group, a ref, a state, an actor, an event or an owner."""

LONG: Final = 600
"""The most characters of the id of a change."""

DIALECTS: Final = ("mariadb", "mysql", "postgresql", "sqlite")
"""The databases that are known, by the names that SQLAlchemy has for them."""

_PREFIX: Final = re.compile(r"[a-z][a-z0-9_]{0,29}", re.ASCII)
_TYPE: Final = re.compile(r"\b(whole|small|bytes|packed|text)(?:\((\d+)\))?(?=[ ,)]|$)")

# Text is compared byte by byte everywhere. MariaDB's own text ignores case, accents or blanks at the end, in one way or
# another; so it is kept there as bytes, four for each character that it may have.
_TYPES: Final[Mapping[str, Mapping[str, str]]] = {
    "mysql": {
        "whole": "bigint",
        "small": "integer",
        "bytes": "longblob",
        "packed": "longblob",
        "text": "varbinary({size})",
    },
    "postgresql": {
        "whole": "bigint",
        "small": "integer",
        "bytes": "bytea",
        "packed": 'text COLLATE "C"',
        "text": 'text COLLATE "C"',
    },
    "sqlite": {"whole": "integer", "small": "integer", "bytes": "blob", "packed": "text", "text": "text"},
}

_OPTIONS: Final[Mapping[str, Mapping[str, str]]] = {
    "mysql": {
        "keys": ", KEY {p}due (kind, due, name), KEY {p}dead (tries, name)",
        "busy": " ENGINE=InnoDB ROW_FORMAT=DYNAMIC",
        "calm": " ENGINE=InnoDB ROW_FORMAT=DYNAMIC",
    },
    "postgresql": {
        "keys": "",
        # Room for new versions of a row beside the old one, and what is done soon leaves the index of what is due.
        "busy": " WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02)",
        "calm": "",
    },
    "sqlite": {"keys": "", "busy": " WITHOUT ROWID", "calm": " WITHOUT ROWID"},
}

_FIRST_TABLES: Final = (
    "CREATE TABLE IF NOT EXISTS {p}layout (id small NOT NULL, version small NOT NULL, PRIMARY KEY (id)){calm}",
    """CREATE TABLE IF NOT EXISTS {p}record (
    version whole NOT NULL, due whole, retry_at whole, tries small DEFAULT 0 NOT NULL,
    name text(500) NOT NULL, kind text(40) NOT NULL, group_id text(250) NOT NULL, state text(250) NOT NULL,
    refs packed NOT NULL, head bytes NOT NULL, PRIMARY KEY (name){keys}){busy}""",
    "CREATE TABLE IF NOT EXISTS {p}body (name text(500) NOT NULL, body bytes NOT NULL, PRIMARY KEY (name)){calm}",
    """CREATE TABLE IF NOT EXISTS {p}ref (
    ref text(250) NOT NULL, name text(500) NOT NULL, PRIMARY KEY (ref, name)){calm}""",
    "CREATE TABLE IF NOT EXISTS {p}change (id text(600) NOT NULL, at whole NOT NULL, PRIMARY KEY (id)){calm}",
    """CREATE TABLE IF NOT EXISTS {p}history (
    seq whole NOT NULL, at whole NOT NULL, record_key text(500) NOT NULL, actor text(250) NOT NULL,
    event text(250) NOT NULL, change_id text(600) NOT NULL, salt bytes NOT NULL, commitment bytes NOT NULL,
    previous bytes NOT NULL, payload bytes NOT NULL, PRIMARY KEY (record_key, seq)){calm}""",
    """CREATE TABLE IF NOT EXISTS {p}lease (
    ends_at whole, group_id text(250) NOT NULL, owner text(250), PRIMARY KEY (group_id)){busy}""",
)
_FIRST_INDEXES: Final = (
    "CREATE INDEX IF NOT EXISTS {p}due ON {p}record (kind, due, name) WHERE due IS NOT NULL AND tries < 10",
    "CREATE INDEX IF NOT EXISTS {p}dead ON {p}record (tries, name) WHERE tries = 10",
)

_LAYOUTS: tuple[Mapping[str, tuple[str, ...]], ...] = (
    {
        "mysql": _FIRST_TABLES,  # its indexes cannot be partial, and stand among the keys of the table
        "postgresql": (*_FIRST_TABLES, *_FIRST_INDEXES),
        "sqlite": (*_FIRST_TABLES, *_FIRST_INDEXES),
    },
)
LAYOUT: Final = len(_LAYOUTS)
"""The layout that this code reads and writes."""

_MARK: Final = {
    "mysql": "ON DUPLICATE KEY UPDATE version = {version}",
    "postgresql": "ON CONFLICT (id) DO UPDATE SET version = {version}",
    "sqlite": "ON CONFLICT (id) DO UPDATE SET version = {version}",
}


def family(dialect: str) -> str:
    """The dialect, MariaDB's being that of MySQL; one that is not known is refused."""
    if dialect not in DIALECTS:
        raise InvalidValue("dialect", f"must be one of {', '.join(DIALECTS)}", shape(dialect))
    return "mysql" if dialect == "mariadb" else dialect


def check_prefix(prefix: str) -> str:
    """Refuse a prefix of table names that would need quotes somewhere."""
    if not isinstance(prefix, str) or not _PREFIX.fullmatch(prefix):
        rule = "must be 1 to 30 characters from a-z 0-9 _ and begin with a letter"
        raise InvalidValue("prefix", rule, shape(prefix))
    return prefix


def steps(dialect: str, start: int, end: int, prefix: str) -> Iterator[tuple[int, list[str]]]:
    """Each layout after `start` up to `end`, with the statements that lead to it; the last one marks that it is there.

    They have a layout's number as their only value, and none that came from outside.
    """
    spoken = family(dialect)
    translated = partial(_TYPE.sub, lambda found: _TYPES[spoken][found[1]].format(size=4 * int(found[2] or 0)))
    options = {name: option.format(p=prefix) for name, option in _OPTIONS[spoken].items()}
    for version in range(start + 1, end + 1):
        made = [translated(one.format(p=prefix, **options)) for one in _LAYOUTS[version - 1][spoken]]
        mark = f"INSERT INTO {prefix}layout (id, version) VALUES (1, {version}) "  # noqa: S608 - a checked name
        yield version, [*made, mark + _MARK[spoken].format(version=version)]


def schema_sql(dialect: str, *, start: int = 0, end: int = LAYOUT, prefix: str = "feedbackkit_") -> str:
    """The plain SQL that leads from one layout to a later one, for people who run migrations themselves.

    `dialect`: one of mariadb, mysql, postgresql, sqlite. `start` 0 means that there are no tables yet. It may be run
    again from its beginning, should it have been cut off.
    """
    family(dialect)
    whole("start", start, least=0, most=LAYOUT)
    whole("end", end, least=start, most=LAYOUT)
    lines = [f"-- feedbackkit, layout {start} to {end}, {dialect}"]
    made = [f"{one};" for _, some in steps(dialect, start, end, check_prefix(prefix)) for one in some]
    if made and family(dialect) != "mysql":
        made = ["BEGIN;", *made, "COMMIT;"]
    return "\n".join([*lines, *made]) + "\n"
