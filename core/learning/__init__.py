"""Downstream classifiers: what audit, label repair and compared methods all train, with one set of hyperparameters."""
