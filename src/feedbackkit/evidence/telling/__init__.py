"""A dossier in words: the phrases in each language, and the text for a terminal."""
