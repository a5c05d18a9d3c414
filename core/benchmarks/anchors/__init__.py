"""Generators of others that run beside Evenhand on the same rows, each in an environment of its own."""
