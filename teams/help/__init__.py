"""Finding help: points with hours, and a helper who calls back."""
