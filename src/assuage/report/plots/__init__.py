"""Plots of the evidence: rows that a test reads, a Vega-Lite specification of them, and ink."""
