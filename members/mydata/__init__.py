"""A person's own data: seen, corrected, taken along, withdrawn, deleted."""
