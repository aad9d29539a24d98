"""From a booked contact to a sent one, and telling subscribers."""
