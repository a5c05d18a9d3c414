"""Faults of a file that make its other figures worthless: copies, lost groups and values, a label that is no label.

Each check compares a source with real rows, and has a control from real rows, so that a table in which real rows repeat
raises no alarm. Every figure is a difference; above 0 is a fault.
"""
