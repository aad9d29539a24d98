"""What answers are worth, what others may read of it, and who was shown it."""
