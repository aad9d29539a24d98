"""Looking things up, and telling them to people. Nothing here writes."""
