"""Units in time: what is decided about them, shown before it happens and done."""
