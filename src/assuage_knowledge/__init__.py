"""Clinical and trial knowledge as reviewable data. No code lives here."""
