"""A request's whole life on SQLite: created, reminded twice, given."""
