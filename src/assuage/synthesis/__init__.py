"""What the trials say together."""
