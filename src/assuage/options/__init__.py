"""Which drugs are safe for this patient, and what each would do."""
