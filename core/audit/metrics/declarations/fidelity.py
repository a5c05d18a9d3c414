"""Fidelity: how similar rows are to real ones."""

from __future__ import annotations

from typing import Final

from core.audit.metrics.declaration import Metric, Place

FIDELITY: Final = (
    Metric(
        "column_shapes",
        "column shapes",
        "How similarly each column is distributed, averaged over columns.",
        "It says nothing about pairs of columns.",
        ideal="1",
        places=(Place.DATASHEET,),
    ),
    Metric(
        "pair_trends",
        "pair trends",
        "How similarly each pair of columns is distributed, averaged over pairs.",
        ideal="1",
        places=(Place.DATASHEET,),
    ),
    Metric(
        "pair_trends_sdmetrics",
        "pair trends, SDMetrics",
        "The same by the definition of the SDMetrics library, to compare with other reports.",
        ideal="1",
    ),
    Metric(
        "group_share",
        "share of rows",
        "Share of the rows that belong to the group.",
        "A group can keep its share and still lose its variety: see coverage.",
        ideal="that of the real train rows",
        interval="wilson",
    ),
    Metric(
        "column_shape",
        "column shape",
        "How similarly one column is distributed.",
        ideal="1",
    ),
    Metric(
        "density",
        "density",
        "How densely synthetic rows lie among real ones.",
        "Above 1 is concentration, not quality.",
        ideal="that of real hold-out rows",
        bounds=(0.0, None),
        interval="normal",
        places=(Place.METHOD_FIDELITY, Place.DATASHEET),
    ),
    Metric(
        "coverage",
        "coverage",
        "Share of real rows with a synthetic row nearby.",
        ideal="that of real hold-out rows",
        interval="wilson",
        places=(Place.METHOD_FIDELITY, Place.DATASHEET),
    ),
    Metric(
        "alpha_precision",
        "α-precision",
        "Whether synthetic rows are as far from the centre of the real rows as real ones: 1 if every ball around the "
        "centre contains the same share of both. Rows too far out and rows crowded at the centre both lower it.",
        "It uses distances from one centre only, so that it can miss gaps between real rows that synthetic ones fill, "
        "or leave out.",
        ideal="that of real hold-out rows",
    ),
    Metric(
        "beta_recall",
        "β-recall",
        "Whether every ball around the centre of the synthetic rows contains the same share of real rows as of "
        "synthetic ones; a real row counts only if a synthetic one is nearby. Kinds of real rows that are missing "
        "among the synthetic ones lower it.",
        "It uses distances from one centre; with many columns even real hold-out rows do not reach 1.",
        ideal="that of real hold-out rows",
    ),
    Metric(
        "c2st_auc",
        "how well real and synthetic are told apart",
        "How well a classifier tells two kinds of rows apart, usually synthetic from real ones (classifier "
        "two-sample test, C2ST AUC). At 0.5 it cannot, at 1 it always can.",
        "Another classifier might.",
        ideal="0.5",
        interval="delong",
        places=(Place.METHOD_FIDELITY, Place.DATASHEET),
    ),
    Metric(
        "missing",
        "missing values",
        "Share of the rows in which the column is empty.",
        ideal="0",
        interval="wilson",
    ),
)
