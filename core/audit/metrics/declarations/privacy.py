"""Privacy: whether rows reveal the people they were learned from."""

from __future__ import annotations

from typing import Final

from core.audit.metrics.declaration import Metric


def _attack(name: str, label: str, sentence: str) -> tuple[Metric, Metric]:
    """Return what an attack achieves, on train rows or hold-out rows, and what it achieves on train rows alone."""
    share = Metric(
        name,
        label,
        sentence,
        "On hold-out rows it is what the rows tell of everybody; only more on train rows is told by theirs.",
        ideal="that of hold-out rows",
        interval="wilson",
    )
    advantage = Metric(
        f"{name}_advantage",
        f"{label}, beyond chance",
        "The share on train rows minus that on hold-out rows.",
        "This is one attack; a stronger one may succeed more often.",
        ideal="0",
        bounds=(-1.0, 1.0),
        interval="newcombe",
    )
    return share, advantage


PRIVACY: Final = (
    Metric(
        "exact_copies",
        "exact copies",
        "Share of the rows that equal a real row of the named kind (train, or hold-out rows never seen in training).",
        "With few columns copies arise by chance: only more copies of train rows than of hold-out rows are evidence.",
        interval="wilson",
    ),
    Metric(
        "exact_copies_all",
        "exact copies, all train rows",
        "Share of the rows that equal any train row.",
        "Copies can arise by chance.",
        interval="wilson",
    ),
    Metric(
        "image_copies",
        "copied images",
        "Share of the images that equal a real train image in every pixel.",
        "An image that differs in one pixel is not counted: see the nearest images.",
        ideal="0",
        interval="wilson",
    ),
    Metric(
        "distance_share",
        "distance share",
        "Share of rows nearer to a train row than to a hold-out row; 0.5 means no preference.",
        "Distances alone do not detect leakage.",
        ideal="0.5",
        interval="wilson, over reference rows too",
    ),
    Metric(
        "nndr_median",
        "distance ratio, median",
        "Distance to the nearest real row over that to the second nearest (nearest-neighbour distance ratio, NNDR).",
        "Distances alone do not detect leakage.",
        ideal="that of real hold-out rows",
    ),
    Metric(
        "authenticity",
        "authenticity",
        "Share of rows farther from their nearest train row than that row is from its own nearest train row; "
        "copies of train rows make it 0.",
        "A high value is no proof of privacy: unrealistic rows raise it, and a few copies hardly lower it.",
        ideal="that of real hold-out rows",
        interval="wilson",
    ),
    Metric(
        "membership_auc",
        "can members be recognised?",
        "How well an attacker who has the synthetic rows tells train rows from hold-out rows (membership inference, "
        "AUC); 0.5 is guessing.",
        "This is one attack; a stronger one may succeed more often.",
        ideal="0.5",
        interval="delong",
    ),
    Metric(
        "membership_recall",
        "members recognised",
        "Share of train rows that the same attacker recognises if 1 in 100 of the others may be accused wrongly.",
        "This is one attack; a stronger one may succeed more often.",
        ideal="0.01",
        interval="wilson",
    ),
    Metric(
        "membership_advantage",
        "members recognised beyond chance",
        "Share of train rows that the attacker recognises minus the share of others that it accuses wrongly, about 1 "
        "in 100.",
        "This is one attack; a stronger one may succeed more often.",
        ideal="0",
        bounds=(-1.0, 1.0),
        interval="newcombe",
    ),
    *_attack(
        "singling_out",
        "people singled out",
        "Share of people who are the only one, among as many train as hold-out rows, whom a description fits that fits "
        "exactly one synthetic row, the nearest to them (singling out).",
    ),
    *_attack(
        "linkability",
        "records joined",
        "Share of people whose two halves of columns an attacker joins, because one synthetic row is among the ten "
        "nearest of both (linkability).",
    ),
    *_attack(
        "inference",
        "values guessed",
        "Share of people whose sensitive value or outcome an attacker who knows all other columns guesses from the "
        "nearest synthetic row, a number within a twentieth of its standard deviation (attribute inference).",
    ),
    *_attack(
        "rare_values",
        "values of one person that come out",
        "Share of people, of those who alone have some value, of whom one such value, drawn by lot, occurs in the "
        "synthetic rows (rare values).",
    ),
)
