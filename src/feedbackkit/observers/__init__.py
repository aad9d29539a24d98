"""Observers: what a desk at work does, told to a log or to OpenTelemetry."""

from feedbackkit.observers.log import LogObserver
from feedbackkit.observers.otel import OpenTelemetryObserver

__all__ = ["LogObserver", "OpenTelemetryObserver"]
