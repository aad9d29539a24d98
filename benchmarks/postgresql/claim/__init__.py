"""Finding and claiming what is due on PostgreSQL, among few and among many open requests."""
