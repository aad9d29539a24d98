"""What people say, and what comes back by mail or link."""
