"""Django's own connection to PostgreSQL, lent to a store: in a process of its own, for Django has one set of settings.

What it is like on SQLite is shown and executed in `docs/how-to/use-it-in-django.md`.
"""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from feedbackkit.stores.sql import SQLStore
from tests.servers import POSTGRESQL

if TYPE_CHECKING:
    from pathlib import Path

PROGRAM = """
import sys

import django
from django.conf import settings
from django.db import connection, transaction
from django.db.utils import IntegrityError

from feedbackkit.errors import SetupError
from feedbackkit.ports import RecordKey
from feedbackkit.stores.sql import SQLStore, borrowed
from feedbackkit.testing.records import create, put

name, host, user, prefix, binding = sys.argv[1:]
database = {"ENGINE": "django.db.backends.postgresql", "NAME": name, "HOST": host, "USER": user}
settings.configure(DATABASES={"default": {**database, "OPTIONS": {"server_side_binding": binding == "server"}}})
django.setup()


def both(key):
    with transaction.atomic():
        SQLStore(borrowed(connection.connection), prefix=prefix).write(create(put(key)))
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO {prefix}change (id, at) VALUES ('own', 1)")


both("a")
try:
    both("b")  # whose own row is there already
except IntegrityError:
    pass
with transaction.atomic():
    found = SQLStore(borrowed(connection.connection), prefix=prefix).find("request", limit=9)
print([record.key for record in found])
try:
    borrowed(connection.connection)
except SetupError as error:
    print(error)
"""


def test_django_commits_and_rolls_back_both(tmp_path: Path) -> None:
    """Its row and the store's; outside of `atomic()` nothing is lent. With either way of binding that Django has."""
    url = POSTGRESQL.url()
    for binding in ("client", "server"):
        prefix = POSTGRESQL.prefix(tmp_path / binding)
        SQLStore(url, prefix=prefix).close()
        host = str(url.host or url.query["host"])
        arguments = (str(url.database), host, str(url.username), prefix, binding)
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", PROGRAM, *arguments], capture_output=True, text=True, check=False
        )
        assert done.stderr == ""
        kept, refused = done.stdout.splitlines()
        assert kept == "['a']"
        assert "autocommit" in refused
