"""What is recorded of a patient, and the facts that follow from it."""
