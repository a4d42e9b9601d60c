"""What the organisers' secretary needs: figures, lists to take away, letters."""
