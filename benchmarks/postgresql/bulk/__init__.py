"""Many requests made at once, on PostgreSQL."""
