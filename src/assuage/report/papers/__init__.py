"""Two papers of one consultation: a note for the record and a plan for the patient."""
