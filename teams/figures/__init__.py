"""The figures of the teams as everybody sees them: coverage, and what was reported."""
