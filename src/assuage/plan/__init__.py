"""How to start, raise, watch and stop the chosen drug."""
