"""What the trials reported, and the networks they form."""
