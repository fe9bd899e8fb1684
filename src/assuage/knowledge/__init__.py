"""Strict readers from files to values: everything wrong is reported at once."""
