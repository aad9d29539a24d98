"""How long the next months take to play, and how much memory."""
