"""Doing what is due: runs, workers, what failed, and a store that was restored."""
