"""The fair label channel: it repairs the outcomes of synthetic rows, so that classifiers trained on them are fair.

Three parts: a fair scoring rule (``attribute_blind.py`` or ``attribute_aware.py``) gives the log-odds of a fair
outcome. Label repair (``repair.py``) draws outcomes from them. Calibration (``calibration.py``) corrects each group's
log-odds with a classifier that was trained on the repaired rows.
"""
