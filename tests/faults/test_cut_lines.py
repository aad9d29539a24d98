"""I3, I5: the line to the database is cut right before or right after a COMMIT arrives; each time it is resolved."""

from __future__ import annotations

from collections import Counter
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import pytest

from feedbackkit.channels import MailboxChannel
from feedbackkit.domain.request import EventKind
from feedbackkit.stores.sql import SQLStore
from tests.desk.books import events_of, wrong_in
from tests.desk.house import House, Wrapped, ask, house, respondent
from tests.faults.wire import Proxy
from tests.servers import POSTGRESQL

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from tests.faults.wire import Cut

TIMES = 100


@contextmanager
def _behind_a_proxy(folder: Path, cut: Cut) -> Generator[tuple[House, Proxy]]:
    """A desk whose every write loses its line at the first COMMIT, once the proxy is told to."""
    proxy = Proxy(POSTGRESQL.url())
    with closing(proxy), closing(SQLStore(proxy.url, prefix=POSTGRESQL.prefix(folder))) as store:

        def arm(name: str, _arguments: object) -> None:
            if name == "write" and proxy.cutting:
                proxy.arm(cut)

        yield house(Wrapped(store, before=arm), channel=MailboxChannel(), batch=2), proxy


@pytest.mark.parametrize("cut", ["before", "after"])
def test_i5_an_answer_is_recorded_once_wherever_the_line_was_cut(cut: Cut, tmp_path: Path) -> None:
    """A hundred times: nobody is told that it failed, and no answer is lost or there twice."""
    with _behind_a_proxy(tmp_path, cut) as (h, proxy):
        keys = [f"r-{number}" for number in range(TIMES)]
        h.desk.request_all([ask(key, respondent=respondent(n, house=None)) for n, key in enumerate(keys)])
        proxy.cutting = True
        for key in keys:
            assert h.desk.give(key, {"overall": 5}).revision == 1
        assert proxy.cuts == TIMES
        given = [[event.kind for event in events_of(h.store, key)].count(EventKind.GIVEN) for key in keys]
        assert given == [1] * TIMES
        assert wrong_in(h.store) == []


@pytest.mark.parametrize("cut", ["before", "after"])
def test_i3_a_run_decides_once_wherever_the_line_was_cut(cut: Cut, tmp_path: Path) -> None:
    """Each write of a run loses its line, and everybody is asked, by one message."""
    with _behind_a_proxy(tmp_path, cut) as (h, proxy):
        h.desk.request_all([ask(f"r-{n}", respondent=respondent(n, house=None)) for n in range(20)])
        proxy.cutting = True
        h.desk.run()
        assert proxy.cuts >= 20
        assert Counter(message.id for message in h.sent) == {f"r-{n}#1": 1 for n in range(20)}
        assert wrong_in(h.store) == []
