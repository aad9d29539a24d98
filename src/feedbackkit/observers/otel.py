"""OpenTelemetry: counters for what happens, and a span for each run."""

from __future__ import annotations

from typing import TYPE_CHECKING, final

from feedbackkit.domain.happenings import BackedOff, ContactUnknown, RunEnded, SetAside
from feedbackkit.errors import MissingExtra

if TYPE_CHECKING:
    from opentelemetry.metrics import MeterProvider
    from opentelemetry.trace import TracerProvider

    from feedbackkit.domain.happenings import Happening

__all__ = ["OpenTelemetryObserver"]


@final
class OpenTelemetryObserver:
    """Counts what happens and draws a span for each run; needs the extra ``otel``.

    Counters: ``feedbackkit.runs``, ``feedbackkit.due``, ``feedbackkit.happened`` by ``what``, ``feedbackkit.rules`` by
    ``rule`` and what it ``did``, ``feedbackkit.set_aside`` by ``kind`` and ``why``, ``feedbackkit.backed_off`` by
    ``error`` and ``feedbackkit.contacts_unknown``; a histogram of seconds: ``feedbackkit.run.duration``. Each has the
    ``worker``. Spans: ``feedbackkit.run``, from begin to end by the desk's clock. Without providers of its own it takes
    the program's global ones.
    """

    def __init__(
        self, *, meter_provider: MeterProvider | None = None, tracer_provider: TracerProvider | None = None
    ) -> None:
        try:
            from opentelemetry import metrics, trace
        except ImportError as error:
            raise MissingExtra(
                "OpenTelemetryObserver needs opentelemetry-api: pip install 'feedbackkit[otel]'"
            ) from error
        meter = metrics.get_meter("feedbackkit", meter_provider=meter_provider)
        self._tracer = trace.get_tracer("feedbackkit", tracer_provider=tracer_provider)
        self._failed = trace.StatusCode.ERROR
        self._runs = meter.create_counter("feedbackkit.runs", "1", "Runs that ended")
        self._due = meter.create_counter("feedbackkit.due", "1", "Requests and booked contacts that were due")
        self._happened = meter.create_counter("feedbackkit.happened", "1", "What runs came to")
        self._rules = meter.create_counter("feedbackkit.rules", "1", "What rules did to contacts")
        self._set_aside = meter.create_counter("feedbackkit.set_aside", "1", "Failures of single records")
        self._backed_off = meter.create_counter("feedbackkit.backed_off", "1", "Runs that are to be tried again")
        self._unknown = meter.create_counter("feedbackkit.contacts_unknown", "1", "Contacts that may have gone out")
        self._duration = meter.create_histogram("feedbackkit.run.duration", "s", "How long a run took")

    def observe(self, happening: Happening) -> None:
        """See `Observer.observe`."""
        worker = {"worker": happening.owner}
        if isinstance(happening, RunEnded):
            self._count_run(happening, worker)
            self._draw_run(happening, worker)
        elif isinstance(happening, SetAside):
            self._set_aside.add(1, {**worker, "kind": happening.kind, "why": happening.why})
        elif isinstance(happening, BackedOff):
            self._backed_off.add(1, {**worker, "error": happening.error})
        elif isinstance(happening, ContactUnknown):
            self._unknown.add(1, worker)

    def _count_run(self, run: RunEnded, worker: dict[str, str]) -> None:
        self._runs.add(1, worker)
        self._due.add(run.due, worker)
        self._duration.record(run.seconds, worker)
        for what, count in run.counts.items():
            self._happened.add(count, {**worker, "what": what})
        for (rule, did), count in run.rules.items():
            self._rules.add(count, {**worker, "rule": rule, "did": did})

    def _draw_run(self, run: RunEnded, worker: dict[str, str]) -> None:
        counts = {f"feedbackkit.{what}": count for what, count in run.counts.items()}
        attributes: dict[str, str | int] = {**worker, "feedbackkit.due": run.due, **counts}
        span = self._tracer.start_span("feedbackkit.run", start_time=run.begun_us * 1000, attributes=attributes)
        if run.error is not None:
            span.set_status(self._failed, run.error)
        span.end(end_time=run.at_us * 1000)
