"""Answers that come in one by one, many at a time: threads with a desk, and tasks with an async one."""
