"""Rows with a privacy guarantee, from which a method learns in place of the train rows.

Histograms with noise give the encoding of each column (`marginals`). Training with clipped and noisy gradients gives
the dependence between columns (`training`). One accountant adds up what both reveal of a single row (`accounting`).
Whatever is computed from the rows afterwards is post-processing, which costs no privacy (Dwork and Roth 2014,
Proposition 2.1).
"""
