"""What all tests share: a strange local time zone, and Hypothesis without a stop-watch."""

from __future__ import annotations

import os
import time

import pytest
from hypothesis import settings

# Code that asks the machine for its zone shows at once: none is offset by 45 minutes by accident.
os.environ["TZ"] = "Pacific/Chatham"
time.tzset()

pytest.register_assert_rewrite("feedbackkit.testing")

# A slow machine is no defect; and where a run decides about a change, it must be repeatable.
settings.register_profile("feedbackkit", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("feedbackkit")
