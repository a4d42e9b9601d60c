"""From scores to places: pure reckoning, and the runs that keep what was reckoned."""
