"""Downstream classifiers. Audit, label repair and compared methods all train these, with the same hyperparameters."""
