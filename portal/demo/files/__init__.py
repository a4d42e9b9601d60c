"""Files for trying things out, made by program: nothing binary in the repository."""
