"""Independence: how much latents or rows reveal of the sensitive attributes.

Latents should reveal little: an adversary AUC near .5 and a distance correlation no greater than chance. For synthetic
rows the figures are shown beside those of the original and never flagged: by design, rows keep the distribution of the
features x given the sensitive attribute s.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.spatial.distance import cdist

from core.audit import adversary
from core.audit.estimate import Estimate, Tag, estimate, undefined
from core.audit.records import Record
from core.data.encoding.ordinal import fit_ordinal
from core.data.encoding.values import predictors
from core.data.groups import GroupedFrame
from core.data.sampling import sample_positions
from core.data.schema import Schema

MAX_ROWS = 10_000
DISTANCE_ROWS = 1_000
PERMUTATIONS = 199


def distance_correlation(
    points: NDArray[np.floating], members: NDArray[np.object_], seed: int = 0
) -> tuple[Estimate, Estimate]:
    """Return the distance correlation of points and one-hot groups, and its permutation p-value.

    ``dCor = sqrt(dCov^2(z, s) / sqrt(dVar^2(z) dVar^2(s)))`` (Szekely, Rizzo and Bakirov 2007), 0 to 1. This is the
    V-statistic, which is above 0 by chance alone; the note gives its mean under shuffled groups. p = (1 + shuffles with
    at least this value) / 200.

    Args:
        points: Shape (n, d); at most 1,000 rows are used.
        members: Group of each row, shape (n,).
        seed: Seed of the subsample and the shuffles.

    Returns:
        The correlation and the p-value.
    """
    rows = sample_positions(len(points), DISTANCE_ROWS, seed)
    codes, names = pd.factorize(members[rows])
    if len(names) < 2 or len(rows) < 4:
        nothing = undefined("Undefined: there is only one group.", len(rows))
        return nothing, nothing
    z = np.asarray(points[rows], dtype=float)
    distances = _centred(cdist(z, z))
    group_distances = _centred((codes[:, None] != codes[None, :]).astype(float))
    scale = float(np.sqrt((distances**2).mean() * (group_distances**2).mean()))
    if scale == 0:
        nothing = undefined("Undefined: all points are the same.", len(rows))
        return nothing, nothing
    rng = np.random.default_rng(seed)
    orders = np.stack([np.arange(len(rows)), *(rng.permutation(len(rows)) for _ in range(PERMUTATIONS))])
    # Centred distances sum to 0 along rows, so only pairs within a group count: mean(A B) = -sum_g 1_g' A 1_g / n^2.
    within = np.zeros(len(orders))
    for code in range(len(names)):
        inside = (codes[orders] == code).astype(float)
        within += np.einsum("pi,pi->p", inside @ distances, inside)
    correlations = np.sqrt(np.maximum(-within / len(rows) ** 2, 0) / scale)
    observed, shuffled = correlations[0], correlations[1:]
    p = (1 + int(np.sum(shuffled >= observed - 1e-12))) / (1 + PERMUTATIONS)
    note = f"With shuffled groups, by chance alone, its mean is {shuffled.mean():.3f}."
    return (
        Estimate(float(observed), n=len(rows), note=note),
        Estimate(p, n=len(rows), note=f"From {PERMUTATIONS} shuffles of the groups."),
    )


def _centred(distances: NDArray[np.float64]) -> NDArray[np.float64]:
    means = distances.mean(axis=0)
    centred: NDArray[np.float64] = distances - means[:, None] - means[None, :] + means.mean()
    return centred


def one_vs_rest_groups(members: NDArray[np.object_], minimum: int) -> list[str]:
    """Return the groups to predict one-vs-rest: one of two groups, else each group that is large enough."""
    names, sizes = np.unique(members.astype(str), return_counts=True)
    large = [str(name) for name, size in zip(names, sizes, strict=True) if size >= minimum]
    return large[:1] if len(names) == 2 and len(large) == 2 else large


AdversaryResults = dict[str, dict[str, adversary.AdversaryScores]]


def adversaries(
    frames: tuple[GroupedFrame, GroupedFrame],
    latents: tuple[NDArray[np.floating], NDArray[np.floating]],
) -> AdversaryResults:
    """Train adversaries that predict groups from latents: by attribute (single and crossed), and by group against rest.

    Args:
        frames: Real train and hold-out rows.
        latents: Their latents, shapes (n, d) and (m, d). The adversary is trained on at most 10,000 train rows.
    """
    results: AdversaryResults = {}
    (train, holdout), (inside, outside) = frames, latents
    rows = sample_positions(len(train), MAX_ROWS, 0)
    for attribute, grouping in train.groupings.items():
        learned, tested = grouping.members[rows], holdout.groupings[attribute]
        results[attribute] = {
            name: adversary.auc_on_holdout(
                (inside[rows], (learned == name).astype(int)), (outside, tested.mask(name).astype(int))
            )
            for name in one_vs_rest_groups(learned, train.schema.min_group_size)
        }
    return results


def mean_auc_over_groups(results: dict[str, adversary.AdversaryScores], n: int) -> Estimate:
    """Return the mean over groups of the one-vs-rest AUC; n is the number of tested rows."""
    return adversary.macro({group: part.auc for group, part in results.items()}, n)


def latent_records(
    holdout: GroupedFrame, latents: NDArray[np.floating], results: AdversaryResults, source: str
) -> list[Record]:
    """Return adversary AUC and distance correlation of one encoder's latents, for each attribute, single and crossed.

    Args:
        holdout: Real hold-out rows.
        latents: Their latents, shape (m, d).
        results: The answer of `adversaries`.
        source: Whose latents.
    """
    records = []
    for name, grouping in holdout.groupings.items():
        tag = Tag(source, "independence", name)
        records.append(tag.record("adversary_auc", mean_auc_over_groups(results[name], len(holdout))))
        correlation, p = distance_correlation(latents, grouping.members)
        records += [tag.record("distance_correlation", correlation), tag.record("distance_correlation_p", p)]
    return records


def row_records(schema: Schema, rows: pd.DataFrame, source: str) -> list[Record]:
    """Return the cross-validated adversary AUC from the features of at most 10,000 rows, for each single attribute."""
    rows = rows.iloc[sample_positions(len(rows), MAX_ROWS, 0)]
    names = predictors(schema, with_sensitive=False)
    points = fit_ordinal(schema, names, [rows]).encode(rows)
    records = []
    for name, grouping in GroupedFrame(rows, schema).single.items():
        parts = {
            group: adversary.cross_validated_auc(points, grouping.mask(group).astype(int))
            for group in one_vs_rest_groups(grouping.members, schema.min_group_size)
        }
        tag = Tag(source, "independence", name, split="train" if source == "original" else "source")
        records.append(tag.record("rows_adversary_auc", adversary.macro(parts, len(rows))))
    return records


def row_differences(original: Sequence[Record], records: Sequence[Record]) -> list[Record]:
    """Return how much more a source's features reveal than the real rows' do, by attribute; none for the real rows.

    The two intervals are combined by MOVER (Zou and Donner 2008), as for independent samples.

    Args:
        original: The answer of `row_records` for the real train rows.
        records: The same for the source.
    """
    reference = {record.sensitive: record for record in original}
    differences = []
    for record in records:
        before = reference[record.sensitive]
        if record.source == before.source:
            continue
        value, low, high = _difference(record, before)
        found = estimate(value, low, high, "mover", record.n or 0, why="one of the two has too few rows")
        differences.append(
            Tag(record.source, record.protocol, record.sensitive, split=record.split).record(
                "rows_leakage_difference", found
            )
        )
    return differences


def _difference(one: Record, other: Record) -> tuple[float, float, float]:
    (value, low, high), (less, least, most) = (
        [float("nan") if bound is None else bound for bound in (record.value, record.low, record.high)]
        for record in (one, other)
    )
    difference = value - less
    return (
        difference,
        difference - float(np.hypot(value - low, most - less)),
        difference + float(np.hypot(high - value, less - least)),
    )
