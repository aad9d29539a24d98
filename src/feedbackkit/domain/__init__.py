"""The nouns of the field: frozen values, equal by value, that do no I/O and read no clock."""
