from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from feedbackkit.domain.happenings import BackedOff, ContactUnknown, RunBegan, RunEnded, SetAside
from feedbackkit.errors import MissingExtra, StoreBusy
from feedbackkit.observers import OpenTelemetryObserver
from feedbackkit.ports import Observer, Outcome
from tests.desk.house import Post, ask, house

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.desk.house import House

NOW: dict[str, Any] = {"at_us": 3_000_000, "owner": "w"}


class Telemetry:
    """An observer whose figures stay in memory."""

    def __init__(self) -> None:
        self.reader = InMemoryMetricReader()
        self.exporter = InMemorySpanExporter()
        self.meters = MeterProvider([self.reader])
        self.tracers = TracerProvider()
        self.tracers.add_span_processor(SimpleSpanProcessor(self.exporter))
        self.observer = OpenTelemetryObserver(meter_provider=self.meters, tracer_provider=self.tracers)

    def figures(self, name: str) -> dict[tuple[Any, ...], Any]:
        """The figures of one instrument, by the values of their attributes in order of name, the worker left out."""
        data = self.reader.get_metrics_data()
        scopes = data.resource_metrics[0].scope_metrics if data else []
        [metric] = [metric for scope in scopes for metric in scope.metrics if metric.name == name]
        assert all((point.attributes or {})["worker"] in {"w", "first"} for point in metric.data.data_points)
        return {
            tuple(value for key, value in sorted((point.attributes or {}).items()) if key != "worker"): getattr(
                point, "value", None
            )
            or getattr(point, "sum", None)
            for point in metric.data.data_points
        }


@pytest.fixture
def telemetry() -> Iterator[Telemetry]:
    """A fresh one, shut down afterwards."""
    fresh = Telemetry()
    yield fresh
    fresh.meters.shutdown()
    fresh.tracers.shutdown()


def watched(telemetry: Telemetry, **parts: Any) -> House:
    """A house whose desk is observed."""
    return house(observers=[telemetry.observer], **parts)


def test_runs_and_what_they_came_to_are_counted(telemetry: Telemetry) -> None:
    """Over all runs, by what happened and by rule."""
    h = watched(telemetry)
    h.desk.request_all([ask(f"r{n}", occasion="verification", value=n) for n in range(5)])
    h.desk.run()
    h.later(days=7).desk.run()
    assert telemetry.figures("feedbackkit.runs") == {(): 2}
    assert telemetry.figures("feedbackkit.due") == {(): 8}
    happened = telemetry.figures("feedbackkit.happened")
    assert (happened["requested",], happened["held",], happened["sent",], happened["reminded",]) == (3, 2, 2, 3)
    assert telemetry.figures("feedbackkit.rules")["held", "open requests"] == 2


def test_a_run_is_a_span_by_the_desks_clock(telemetry: Telemetry) -> None:
    """From its begin to its end, with what it came to, and no person in it."""

    def during(_message: object) -> None:
        h.later(seconds=1.5)

    h = watched(telemetry, channel=Post(during=during))
    h.desk.request(ask("r"))
    begun = h.clock.now_us()
    h.desk.run()
    [span] = telemetry.exporter.get_finished_spans()
    assert (span.name, span.start_time, span.end_time) == ("feedbackkit.run", begun * 1000, (begun + 1_500_000) * 1000)
    attributes = {"worker": "first", "feedbackkit.due": 1, "feedbackkit.requested": 1, "feedbackkit.sent": 1}
    assert dict(span.attributes or {}) == attributes
    assert span.status.is_ok
    assert telemetry.figures("feedbackkit.run.duration") == {(): 1.5}


def test_a_run_that_failed_is_a_span_that_failed(telemetry: Telemetry) -> None:
    """With the class of the error."""
    h = watched(telemetry, channel=Post(StoreBusy("zwiebel")))
    h.desk.request(ask("r"))
    with pytest.raises(StoreBusy):
        h.desk.run()
    [span] = telemetry.exporter.get_finished_spans()
    assert (span.status.is_ok, span.status.description) == (False, "StoreBusy")


def test_trouble_is_counted_by_its_kind(telemetry: Telemetry) -> None:
    """What was set aside and why, what was tried again, and what is unknown."""
    for happening in (
        SetAside(**NOW, kind="request", key="r", until_us=5, why="Unreadable"),
        SetAside(**NOW, kind="request", key="s", until_us=5, why="Unreadable"),
        SetAside(**NOW, kind="contact", key="r#1", until_us=5, why="NotFound"),
        BackedOff(**NOW, error="StoreBusy", times=1),
        BackedOff(**NOW, error="StoreBusy", times=2),
        ContactUnknown(**NOW, contact="r#1"),
        RunBegan(**NOW),
    ):
        telemetry.observer.observe(happening)
    assert telemetry.figures("feedbackkit.set_aside") == {("request", "Unreadable"): 2, ("contact", "NotFound"): 1}
    assert telemetry.figures("feedbackkit.backed_off") == {("StoreBusy",): 2}
    assert telemetry.figures("feedbackkit.contacts_unknown") == {(): 1}


def test_a_contact_that_nobody_knows_of_reaches_the_counter(telemetry: Telemetry) -> None:
    """From the channel to the figure."""
    h = watched(telemetry, channel=Post(Outcome.UNKNOWN))
    h.desk.request(ask("r"))
    h.desk.run()
    assert telemetry.figures("feedbackkit.contacts_unknown") == {(): 1}


def test_without_providers_it_takes_those_of_the_program() -> None:
    """Where the program has none, nothing is recorded and nothing fails."""
    observer = OpenTelemetryObserver()
    observer.observe(RunEnded(**NOW, begun_us=0, due=1, counts={"sent": 1}, rules={}))
    assert isinstance(observer, Observer)


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """In one sentence, when it is made."""
    monkeypatch.setitem(sys.modules, "opentelemetry", None)
    with pytest.raises(MissingExtra) as caught:
        OpenTelemetryObserver()
    assert str(caught.value) == "OpenTelemetryObserver needs opentelemetry-api: pip install 'feedbackkit[otel]'"
