"""The use cases: each reads what it needs and returns what an edge renders."""
