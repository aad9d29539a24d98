"""The opinions: pure functions that decide whom to contact, for what and when, and say why."""
