"""Downstream classifiers and adversaries, and the matrices that they see."""
