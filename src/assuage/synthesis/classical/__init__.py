"""The classical methods of network meta-analysis, one idea a module."""
