"""The lifecycle with `transitions` for the law and SQLAlchemy's ORM for the store.

The usual pair: a mapped class whose `state` column is the model's state, one shared machine to which the objects of a
batch are added and from which they are removed again (the machine holds its models for ever otherwise).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, final

from sqlalchemy import JSON, BigInteger, Index, create_engine, event, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from transitions import Machine

from benchmarks.lifecycle import story

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Engine


class Base(DeclarativeBase):
    """The mapped classes' base."""


@final
class Request(Base):
    """One ask: what the law changes as columns, the rest as JSON."""

    __tablename__ = "request"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    state: Mapped[str]
    reminders: Mapped[int]
    seq: Mapped[int]
    respondent: Mapped[str]
    due_us: Mapped[int | None] = mapped_column(BigInteger)
    body: Mapped[dict[str, Any]] = mapped_column(JSON)

    __table_args__ = (
        Index("request_due", "due_us", sqlite_where=due_us.isnot(None), postgresql_where=due_us.isnot(None)),
    )

    if TYPE_CHECKING:  # given by the machine to the objects that are added to it

        def remind(self, now_us: int) -> bool:
            """Fire the event."""

        def give(self, now_us: int) -> bool:
            """Fire the event."""

    def may_be_reminded(self, now_us: int) -> bool:
        """The guard of a reminder."""
        del now_us
        return self.reminders < 2

    def note_reminder(self, now_us: int) -> None:
        """Count the reminder, say when to look again."""
        self.reminders += 1
        self.seq += 1
        self.due_us = now_us + story.WAIT_US

    def note_answer(self, now_us: int) -> None:
        """Nothing is due any more."""
        del now_us
        self.seq += 1
        self.due_us = None


@final
class History(Base):
    """One line of a request's history."""

    __tablename__ = "history"

    request_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(primary_key=True)
    at_us: Mapped[int] = mapped_column(BigInteger)
    actor: Mapped[str]
    event: Mapped[str]


@final
class Outbox(Base):
    """One message to be sent."""

    __tablename__ = "outbox"

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column()
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)


@final
class Answer(Base):
    """What was given."""

    __tablename__ = "answer"

    request_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at_us: Mapped[int] = mapped_column(BigInteger)
    body: Mapped[dict[str, Any]] = mapped_column(JSON)


OPEN = ["requested", "reminded"]


def machine() -> Machine:
    """The law, shared by all objects."""
    return Machine(
        model=None,
        states=[*OPEN, "given"],
        transitions=[
            {
                "trigger": "remind",
                "source": OPEN,
                "dest": "reminded",
                "conditions": "may_be_reminded",
                "after": "note_reminder",
            },
            {"trigger": "give", "source": OPEN, "dest": "given", "after": "note_answer"},
        ],
        initial="requested",
        auto_transitions=False,
    )


def engine(url: str) -> Engine:
    """An engine whose connections are as durable as the limit's, on a database that has the tables."""
    made = create_engine(url)
    if made.dialect.name == "sqlite":
        event.listen(made, "connect", _durable)
    Base.metadata.create_all(made)
    return made


def _durable(connection: Any, record: object) -> None:  # noqa: ANN401 - the driver's connection has no public type
    del record
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")


def play(bound: Engine, count: int, commit_every: int) -> int:
    """The whole story for this many requests, one session and one commit for each `commit_every` of them."""
    law = machine()
    for numbers in story.batches(count, commit_every):
        _create(bound, numbers)
    now_us = story.START_US
    for _ in range(2):
        now_us += story.WAIT_US
        while _remind(bound, law, now_us, commit_every):
            pass
    for numbers in story.batches(count, commit_every):
        _give(bound, law, numbers, now_us + story.DAY_US)
    return count


def _create(bound: Engine, numbers: Sequence[int]) -> None:
    with Session(bound) as session, session.begin():
        for number in numbers:
            session.add(_new(number))
            session.add(History(request_id=number + 1, seq=1, at_us=story.START_US, actor="planner", event="requested"))


def _new(number: int) -> Request:
    fields = story.request_fields(number)
    return Request(
        id=number + 1,
        seq=fields.pop("version"),
        **{name: fields.pop(name) for name in ("key", "state", "reminders", "respondent", "due_us")},
        body=fields,
    )


def _remind(bound: Engine, law: Machine, now_us: int, limit: int) -> int:
    with Session(bound) as session, session.begin():
        statement = select(Request).where(Request.due_us <= now_us).order_by(Request.due_us).limit(limit)
        found = session.scalars(statement).all()
        _add(law, found)
        for request in found:
            request.remind(now_us)
            session.add(History(request_id=request.id, seq=request.seq, at_us=now_us, actor="worker", event="reminded"))
            message = story.message_fields(request.key, request.respondent, request.seq)
            session.add(Outbox(request_id=request.id, payload=message))
        law.remove_model(list(found))
        return len(found)


def _give(bound: Engine, law: Machine, numbers: Sequence[int], now_us: int) -> None:
    with Session(bound) as session, session.begin():
        answers = {story.request_fields(number)["key"]: story.answer_fields(number) for number in numbers}
        found = session.scalars(select(Request).where(Request.key.in_(answers))).all()
        _add(law, found)
        for request in found:
            request.give(now_us)
            session.add(
                History(request_id=request.id, seq=request.seq, at_us=now_us, actor=request.respondent, event="given")
            )
            session.add(Answer(request_id=request.id, at_us=now_us, body=answers[request.key]))
        law.remove_model(list(found))


def _add(law: Machine, found: Sequence[Request]) -> None:
    for request in found:
        law.add_model(request, initial=request.state)
