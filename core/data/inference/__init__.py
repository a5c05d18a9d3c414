"""Inference of the kinds and roles of a raw table's columns."""
