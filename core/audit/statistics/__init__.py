"""Intervals, multiplicity, correlation and distances: the statistics behind the figures."""
