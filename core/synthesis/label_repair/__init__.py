"""The fair label channel: scoring rules, label repair and its calibration."""
