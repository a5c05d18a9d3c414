"""Benchmarks: comparisons of systems, ablations and reproductions, with the commands that repeat them."""
