"""What finding 1,000 due requests costs, among few and among many open ones."""
