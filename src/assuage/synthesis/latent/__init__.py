"""Deterministic Bayesian inference for network models of counts, means and contrasts."""
