"""The law in memory: what one transition costs, with its guard and its history entry."""
