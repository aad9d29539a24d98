"""The workloads on PostgreSQL."""
