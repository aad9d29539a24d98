"""Reference and feedback workflows."""
