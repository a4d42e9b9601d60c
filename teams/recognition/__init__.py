"""The team of the month: a stated rule ranks, a person chooses, everybody may see."""
