"""Breaches: whom one touched, found in what the portal wrote down; telling them."""
