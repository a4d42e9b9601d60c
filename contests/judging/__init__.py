"""Judging: who reads what, who is too close, and the scores."""
