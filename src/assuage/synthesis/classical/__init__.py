"""What is asked of a classical network meta-analysis beyond its estimates: one module an idea."""
