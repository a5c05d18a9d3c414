"""Projections of two or more sources into one plane, with figures that do not depend on the projection.

One fit projects all points together, because two fits share no axes. The projections are scikit-learn's PCA and t-SNE
(van der Maaten and Hinton 2008) and UMAP (McInnes et al. 2018). Each of them can hide a difference, or show one that
does not exist. The records are therefore measured on the points before projection.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.spatial.distance import cdist
from sklearn.decomposition import PCA
from sklearn.manifold import TSNE
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from core.audit import adversary
from core.audit.estimate import Estimate, Tag, estimate, sentence, undefined
from core.audit.explain.equal_points import spread_out
from core.audit.records import Record
from core.audit.statistics import bootstrap
from core.data import groups
from core.data.encoding.distance_space import fit_distance_space
from core.data.sampling import sample_positions
from core.data.schema import Schema
from core.errors import ConfigError, DataError

PROTOCOL = "overlay"
MIN_POINTS, MAX_POINTS = 10, 1_000
MAX_TESTED = 5_000
ROWS_A_PLACE = 4  # with at least as many rows a place, rows that coincide are spread out
ALL = "all rows"

Points = NDArray[np.float64]


@dataclass(frozen=True)
class Projection:
    """Points of several sources in the plane.

    Args:
        points: Columns ``x``, ``y``, ``source``, ``group``; in random order, so that no source covers another.
        records: C2ST AUC of each further source against the first, and for latents the distance of pairs.
        method: ``pca``, ``tsne`` or ``umap``.
        note: How the projection was made, in a sentence or two.
    """

    points: pd.DataFrame
    records: Sequence[Record]
    method: str
    note: str


@dataclass(frozen=True)
class Clouds:
    """Points before projection, and the figures measured on them, once for all projections.

    Args:
        points: By source, the points to draw, shape (n, d), and the group of each, shape (n,).
        records: As in :class:`Projection`.
    """

    points: Mapping[str, tuple[Points, NDArray[np.object_]]]
    records: list[Record]


def latent_projection(
    latents_by_encoder: Mapping[str, NDArray[np.floating]], group_labels: Sequence[str], method: str, seed: int = 0
) -> Projection:
    """Project the result of :func:`latent_clouds`. Arguments and errors: those of it and of :func:`project`."""
    _check_method(method)
    return project(latent_clouds(latents_by_encoder, group_labels, seed), method, seed)


def latent_clouds(
    latents_by_encoder: Mapping[str, NDArray[np.floating]], group_labels: Sequence[str], seed: int = 0
) -> Clouds:
    """Compare latents of the same rows by several encoders, e.g. ``teacher`` and ``student``, with the first one.

    Args:
        latents_by_encoder: At least two, each of shape (n, d); row i of each is the same row of the table.
        group_labels: Group of each row, shape (n,).
        seed: Seed of the sample to plot: at most 1,000 rows, the same for each encoder.

    Raises:
        DataError: Fewer than 10 rows, latents of different shapes, or a value that is not a finite number.
    """
    clouds = {name: np.asarray(part, dtype=np.float64) for name, part in latents_by_encoder.items()}
    _check(clouds)
    first, *others = clouds
    for name in others:
        if clouds[name].shape != clouds[first].shape:
            raise DataError(
                f"The latents of {name!r} have the shape {clouds[name].shape} and those of {first!r} "
                f"{clouds[first].shape}; take latents of the same rows and the same size."
            )
    labels = np.asarray(group_labels, dtype=object)
    if len(labels) != len(clouds[first]):
        raise DataError(f"There are {len(labels)} group labels for {len(clouds[first])} latents; give one a row.")
    rows = sample_positions(len(group_labels), MAX_POINTS, seed)
    records = []
    for name in others:
        tag = Tag(name, PROTOCOL, split="all")
        auc = _two_sample_auc(*_different_rows(clouds[first], clouds[name]), "latents of different rows")
        records += [
            tag.record("c2st_auc", auc),
            tag.record("pair_distance", _pair_distance(clouds[first], clouds[name])),
        ]
    return Clouds({name: (cloud[rows], labels[rows]) for name, cloud in clouds.items()}, records)


def table_clouds(
    schema: Schema, train: pd.DataFrame, frames_by_source: Mapping[str, pd.DataFrame], seed: int = 0
) -> Clouds:
    """Compare rows of several sources, e.g. ``original`` and ``synthetic``, in the space of the privacy figures.

    Numbers become z-scores of the real train rows; categories are one-hot over sqrt(2). The target is included. The
    groups are those of all sensitive attributes crossed.

    Args:
        schema: Columns and roles.
        train: Real train rows: centre, scale and categories.
        frames_by_source: At least two typed tables; the first is the reference.
        seed: Seed of the sample to plot: at most 1,000 rows per source.

    Raises:
        DataError: Fewer than 10 rows in a source.
    """
    space = fit_distance_space(schema, train, list(frames_by_source.values()))
    tested = {
        name: frame.iloc[sample_positions(len(frame), MAX_TESTED, index)]
        for index, (name, frame) in enumerate(frames_by_source.items())
    }
    clouds = {name: space.encode(frame).astype(np.float64) for name, frame in tested.items()}
    _check(clouds)
    first, *others = clouds
    records = [
        Tag(name, PROTOCOL, split="all").record(
            "c2st_auc", _two_sample_auc(clouds[first], clouds[name], "rows with all columns, the outcome included")
        )
        for name in others
    ]
    points = {}
    for name, cloud in clouds.items():
        rows = sample_positions(len(cloud), MAX_POINTS, seed)
        points[name] = (cloud[rows], _members(tested[name].iloc[rows], schema))
    return Clouds(points, records)


def project(clouds: Clouds, method: str, seed: int = 0) -> Projection:
    """Project all points into one plane, by one fit.

    Args:
        clouds: At least two sources.
        method: ``pca``, ``tsne`` or ``umap``.
        seed: Seeds the projection.

    Raises:
        DataError: All points are the same.
        ConfigError: The method is unknown.
    """
    _check_method(method)
    together = np.concatenate([points for points, _ in clouds.points.values()])
    if np.ptp(together, axis=0).max(initial=0) == 0:
        raise DataError("All points are equal, so there is nothing to plot; check the columns or train again.")
    # Pad to two axes; an axis of zeros changes no distance.
    together = np.pad(together, [(0, 0), (0, max(0, 2 - together.shape[1]))])
    coordinates, note = _projected(together, method, seed)
    frame = pd.DataFrame(
        {
            "x": coordinates[:, 0].astype(float),
            "y": coordinates[:, 1].astype(float),
            "source": np.repeat(list(clouds.points), [len(points) for points, _ in clouds.points.values()]),
            "group": np.concatenate([group_labels for _, group_labels in clouds.points.values()]),
        }
    )
    return Projection(frame.sample(frac=1, random_state=seed, ignore_index=True), clouds.records, method, note)


def _projected(points: Points, method: str, seed: int) -> tuple[Points, str]:
    """Project points. Where most of them coincide, their places are projected, and the points of a place spread out."""
    places, which = np.unique(points, axis=0, return_inverse=True)
    if not MIN_POINTS <= len(places) <= len(points) / ROWS_A_PLACE:
        return _METHODS[method](points, seed)
    coordinates, note = _METHODS[method](places, seed)
    told = (
        f"{len(places)} different points hold all rows; the rows of one are drawn as a disc around it, larger with "
        "more rows."
    )
    return spread_out(coordinates.astype(np.float64), which.ravel(), seed), f"{note} {told}"


def _members(frame: pd.DataFrame, schema: Schema) -> NDArray[np.object_]:
    if not schema.sensitive:
        return np.full(len(frame), ALL, dtype=object)
    return groups.group_labels(frame, schema, schema.sensitive)


def _check_method(method: str) -> None:
    if method not in _METHODS:
        raise ConfigError(f"There is no projection {method!r}; take one of {', '.join(map(repr, _METHODS))}.")


def _check(clouds: Mapping[str, Points]) -> None:
    if len(clouds) < 2:
        raise DataError("A projection compares at least two sources; add one.")
    for name, cloud in clouds.items():
        if cloud.ndim != 2 or len(cloud) < MIN_POINTS:
            raise DataError(f"{name!r} has {len(cloud)} rows, and a projection needs at least {MIN_POINTS}; add rows.")
        if not np.isfinite(cloud).all():
            raise DataError(f"{name!r} holds values that are not finite; train again with a lower learning rate.")


def _two_sample_auc(reference: Points, other: Points, description: str) -> Estimate:
    """Return the AUC of telling the points of ``other`` from those of ``reference``, equal numbers of each."""
    size = min(len(reference), len(other))
    points = np.concatenate(
        [reference[sample_positions(len(reference), size, 1)], other[sample_positions(len(other), size, 2)]]
    )
    auc = adversary.cross_validated_auc(points, np.repeat([0, 1], size))
    return replace(auc, note=sentence(f"Measured on {description}, before any projection.", auc.note))


def _different_rows(reference: Points, other: Points) -> tuple[Points, Points]:
    """Return one half of the rows from each encoder. A row in both sets would confuse the adversary."""
    order = np.random.default_rng(0).permutation(len(reference))
    half = min(len(order) // 2, MAX_TESTED)
    return reference[order[:half]], other[order[half : 2 * half]]


def _pair_distance(reference: Points, other: Points) -> Estimate:
    """Return the mean distance between both latents of a row, over the mean distance between different rows."""
    rows = sample_positions(len(reference), MAX_POINTS, 0)
    distances = cdist(reference[rows], other[rows])
    own = distances.diagonal()
    counts = np.vstack([np.ones(len(rows)), bootstrap.resampled(len(rows))])
    # Two draws of the same row are no pair of different rows.
    different_rows = np.einsum("bi,bi->b", counts @ distances, counts) - counts**2 @ own
    pairs = len(rows) ** 2 - (counts**2).sum(axis=1)
    ratios = np.divide(
        counts @ own * pairs, len(rows) * different_rows, out=np.full(len(counts), np.nan), where=different_rows > 0
    )
    if np.isnan(ratios[0]):
        return undefined("Undefined: all rows have the same latents.", len(rows))
    low, high = bootstrap.percentiles(ratios[1:][~np.isnan(ratios[1:])])
    return estimate(float(ratios[0]), float(low), float(high), "bootstrap over rows", len(rows))


def _pca(points: Points, seed: int) -> tuple[Points, str]:
    model = PCA(2, random_state=seed)
    coordinates = model.fit_transform(points)
    share = float(model.explained_variance_ratio_.sum())
    return coordinates, f"One PCA of all points together; its two axes explain {share:.0%} of the variance."


def _tsne(points: Points, seed: int) -> tuple[Points, str]:
    perplexity = min(30.0, (len(points) - 1) / 3)
    with threadpool_limits(1, user_api="openmp"):  # on busy cores its threads spend most of the time waiting
        coordinates = TSNE(2, perplexity=perplexity, init="pca", random_state=seed).fit_transform(points)
    return coordinates, (
        f"One t-SNE (perplexity {perplexity:.0f}) of all points together. It keeps neighbours close; distances between "
        "far points and the sizes of clusters mean nothing."
    )


def _umap(points: Points, seed: int) -> tuple[Points, str]:
    from umap import UMAP  # slow to import: it loads a compiler

    neighbours = min(15, len(points) - 1)
    # The default spectral initialisation fails where the neighbourhood graph is not connected.
    coordinates = UMAP(n_neighbors=neighbours, init="pca", random_state=seed, n_jobs=1).fit_transform(
        points.astype(np.float32)
    )
    return coordinates, (
        f"One UMAP ({neighbours} neighbours) of all points together. It keeps neighbours close; distances between far "
        "points and the sizes of clusters mean nothing."
    )


_METHODS: dict[str, Callable[[Points, int], tuple[Points, str]]] = {"pca": _pca, "tsne": _tsne, "umap": _umap}
METHODS = tuple(_METHODS)
