"""A request's whole life on PostgreSQL: created, reminded twice, given."""
