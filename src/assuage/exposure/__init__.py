"""How a milligram in this person compares with a milligram in the people of the studies."""
