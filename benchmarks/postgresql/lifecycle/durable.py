"""The lifecycle with DBOS, as a child: ``python -m … URL COUNT AT_ONCE``.

The tables and the law are the hand-written ones. A request's life is a workflow: each act is a transaction of a
datasource, the waits are durable sleeps, which are over at once here, and the answer is a message. As many workflows as
AT_ONCE says are started and sent their answers, before the end of each is waited for.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

import psycopg
from dbos import DBOS, SendMessage, SQLAlchemyDatasource

from benchmarks.child import report, wait_to_be_told
from benchmarks.lifecycle import story
from benchmarks.postgresql.lifecycle import limit

if TYPE_CHECKING:
    from dbos import WorkflowHandle

SELECT_ONE = "SELECT id, body FROM request WHERE id = %s FOR UPDATE"
ANSWERED = "answer"
PATIENCE = 60  # seconds


def _defined(url: str) -> Any:  # noqa: ANN401 - a workflow has the type of its function, and more
    """The workflow of one request, over a datasource that is made by this."""
    source = SQLAlchemyDatasource.create(url)

    def cursor() -> Any:  # noqa: ANN401 - the driver's own, below SQLAlchemy
        return source.sql_session().connection().connection.cursor()

    @source.transaction(isolation_level="READ COMMITTED")
    def create(number: int) -> None:
        new = limit.creations([number])
        with cursor() as db:
            db.execute(limit.INSERT_REQUEST, new.requests[0])
            db.execute(limit.INSERT_HISTORY, new.entries[0])

    @source.transaction(isolation_level="READ COMMITTED")
    def remind(number: int, now_us: int) -> None:
        with cursor() as db:
            limit.store_reminders(db, db.execute(SELECT_ONE, [number]).fetchall(), now_us)

    @source.transaction(isolation_level="READ COMMITTED")
    def give(number: int, answer: dict[str, Any], now_us: int) -> None:
        with cursor() as db:
            limit.store_answers(db, {story.request_fields(number)["key"]: answer}, now_us)

    @DBOS.workflow()
    def live(number: int) -> None:
        create(number)
        for week in (1, 2):
            DBOS.sleep(0)
            remind(number, story.START_US + week * story.WAIT_US)
        answer = DBOS.recv(ANSWERED, timeout_seconds=PATIENCE)
        give(number, answer, story.START_US + 2 * story.WAIT_US + story.DAY_US)

    return live


def _play(live: Any, count: int, at_once: int) -> None:  # noqa: ANN401 - see `_defined`
    for numbers in story.batches(count, at_once):
        started: list[WorkflowHandle[None]] = [DBOS.start_workflow(live, number) for number in numbers]
        DBOS.send_bulk(
            [
                SendMessage(one.get_workflow_id(), story.answer_fields(number), ANSWERED)
                for number, one in zip(numbers, started, strict=True)
            ]
        )
        for one in started:
            one.get_result()


def main() -> None:
    """Play the story once."""
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    parser.add_argument("count", type=int)
    parser.add_argument("at_once", type=int, help="workflows that are under way at a time")
    options = parser.parse_args()
    with psycopg.connect(options.url, autocommit=True) as db:
        db.execute(limit.SCHEMA)
        DBOS(config={"name": "lifecycle", "system_database_url": options.url, "log_level": "ERROR"})
        live = _defined(options.url)
        DBOS.launch()
        wait_to_be_told()
        _play(live, options.count, options.at_once)
        report()
        limit.check(db, options.count)
        DBOS.destroy()


if __name__ == "__main__":
    main()
