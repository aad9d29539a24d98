"""References: made, appended to, shown, verified."""
