"""Four workers on PostgreSQL, and each due request decided once."""
