"""The uploaded list of teams between its preview and its confirmation."""

from members.lists.parked import NotParked, Parking

__all__ = ["FOLDER", "KEPT", "NotParked", "drop", "drop_abandoned", "fetch", "park"]

FOLDER = "rosters"
_parking = Parking(FOLDER, salt="teams.roster")
KEPT = _parking.kept
park, fetch, drop = _parking.park, _parking.fetch, _parking.drop
drop_abandoned = _parking.drop_abandoned
