"""Values to rows, text, pictures and pages."""
