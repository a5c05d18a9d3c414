"""The fair label channel: it repairs the outcomes of synthetic rows, so that classifiers trained on them are fair.

Four parts. A fair scoring rule (``attribute_blind.py`` or ``attribute_aware.py``) scores the train rows. Networks learn
the scores, which are cut into levels that every group has equally often (``score_levels.py``). Label repair
(``repair.py``) draws outcomes from the levels. Calibration (``calibration.py``) corrects each group's log-odds with a
classifier that was trained on the repaired rows.
"""
