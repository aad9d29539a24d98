"""The wire form: the only place that knows how values become bytes and come back, now and from every older version."""
