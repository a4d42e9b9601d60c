"""The monthly report of a team: who may write it, what it says, who decides on it."""
