"""Two clouds of points in one picture, and beside it the figures that a picture cannot give.

All clouds go into one fit together: two fits share no axes. Projections are scikit-learn's PCA and t-SNE (van der
Maaten and Hinton 2008) and UMAP (McInnes et al. 2018); a picture of any of them may hide a difference or show one that
is not there, so the records are measured on the points before they were projected.
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

from core.audit.classifiers import adversary
from core.audit.estimate import Estimate, Tag, estimate, sentence, undefined
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
ALL = "all rows"

Points = NDArray[np.float64]


@dataclass(frozen=True)
class Overlay:
    """Clouds in the plane.

    Args:
        points: Columns ``x``, ``y``, ``source``, ``group``; in random order, so that no source covers another.
        records: C2ST AUC of each further source against the first, and for latents the distance of pairs.
        method: ``pca``, ``tsne`` or ``umap``.
        note: How the picture was made, in a sentence or two.
    """

    points: pd.DataFrame
    records: list[Record]
    method: str
    note: str


@dataclass(frozen=True)
class Clouds:
    """Points before any projection, and what was measured on them: once, however many pictures are made.

    Args:
        drawn: By source, the points to draw, shape (n, d), and the group of each, shape (n,).
        records: As in :class:`Overlay`.
    """

    drawn: Mapping[str, tuple[Points, NDArray[np.object_]]]
    records: list[Record]


def latent_overlay(
    latents_by_encoder: Mapping[str, NDArray[np.floating]], group_labels: Sequence[str], method: str, seed: int = 0
) -> Overlay:
    """:func:`latent_clouds` in the plane; the arguments and errors are those, and of :func:`project`."""
    _known(method)
    return project(latent_clouds(latents_by_encoder, group_labels, seed), method, seed)


def table_overlay(
    schema: Schema, train: pd.DataFrame, frames_by_source: Mapping[str, pd.DataFrame], method: str, seed: int = 0
) -> Overlay:
    """:func:`table_clouds` in the plane; the arguments and errors are those, and of :func:`project`."""
    _known(method)
    return project(table_clouds(schema, train, frames_by_source, seed), method, seed)


def latent_clouds(
    latents_by_encoder: Mapping[str, NDArray[np.floating]], group_labels: Sequence[str], seed: int = 0
) -> Clouds:
    """Latents of the same rows by several encoders, e.g. ``teacher`` and ``student``; the first is the reference.

    Args:
        latents_by_encoder: At least two, each of shape (n, d); row i of each is the same row of the table.
        group_labels: Group of each row, shape (n,).
        seed: Chooses the rows to draw: at most 1,000, the same of each encoder.

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
    members = np.asarray(group_labels, dtype=object)
    if len(members) != len(clouds[first]):
        raise DataError(f"There are {len(members)} group labels for {len(clouds[first])} latents; give one a row.")
    rows = sample_positions(len(members), MAX_POINTS, seed)
    records = []
    for name in others:
        tag = Tag(name, PROTOCOL, split="all")
        told = _told_apart(*_different_rows(clouds[first], clouds[name]), "latents of different rows")
        records += [
            tag.record("c2st_auc", told),
            tag.record("pair_distance", _paired(clouds[first], clouds[name])),
        ]
    return Clouds({name: (cloud[rows], members[rows]) for name, cloud in clouds.items()}, records)


def table_clouds(
    schema: Schema, train: pd.DataFrame, frames_by_source: Mapping[str, pd.DataFrame], seed: int = 0
) -> Clouds:
    """Rows of several sources, e.g. ``original`` and ``synthetic``, in the distance space of the privacy figures.

    Numbers are z-scores of the real train rows, categories one-hot over sqrt(2), the target included; points are
    coloured by all sensitive attributes crossed.

    Args:
        schema: Columns and roles.
        train: Real train rows: centre, scale and categories.
        frames_by_source: At least two typed tables; the first is the reference.
        seed: Chooses the rows to draw, at most 1,000 a source.

    Raises:
        DataError: Fewer than 10 rows in a source.
    """
    space = fit_distance_space(schema, train, list(frames_by_source.values()))
    tested = {
        name: frame.iloc[sample_positions(len(frame), MAX_TESTED, place)]
        for place, (name, frame) in enumerate(frames_by_source.items())
    }
    clouds = {name: space.encode(frame).astype(np.float64) for name, frame in tested.items()}
    _check(clouds)
    first, *others = clouds
    records = [
        Tag(name, PROTOCOL, split="all").record(
            "c2st_auc", _told_apart(clouds[first], clouds[name], "rows with all columns, the outcome included")
        )
        for name in others
    ]
    drawn = {}
    for name, cloud in clouds.items():
        rows = sample_positions(len(cloud), MAX_POINTS, seed)
        drawn[name] = (cloud[rows], _members(tested[name].iloc[rows], schema))
    return Clouds(drawn, records)


def project(clouds: Clouds, method: str, seed: int = 0) -> Overlay:
    """All clouds in one plane, by one fit.

    Args:
        clouds: Of two sources at least.
        method: ``pca``, ``tsne`` or ``umap``.
        seed: Seeds the projection.

    Raises:
        DataError: All points are the same.
        ConfigError: The method is unknown.
    """
    _known(method)
    together = np.concatenate([points for points, _ in clouds.drawn.values()])
    if np.ptp(together, axis=0).max(initial=0) == 0:
        raise DataError("All points are the same, so there is nothing to draw; look at the columns or train anew.")
    # Two axes at least; one of zeros changes no distance.
    together = np.pad(together, [(0, 0), (0, max(0, 2 - together.shape[1]))])
    places, note = _METHODS[method](together, seed)
    frame = pd.DataFrame(
        {
            "x": places[:, 0].astype(float),
            "y": places[:, 1].astype(float),
            "source": np.repeat(list(clouds.drawn), [len(points) for points, _ in clouds.drawn.values()]),
            "group": np.concatenate([members for _, members in clouds.drawn.values()]),
        }
    )
    return Overlay(frame.sample(frac=1, random_state=seed, ignore_index=True), clouds.records, method, note)


def _members(frame: pd.DataFrame, schema: Schema) -> NDArray[np.object_]:
    if not schema.sensitive:
        return np.full(len(frame), ALL, dtype=object)
    return groups.group_labels(frame, schema, schema.sensitive)


def _known(method: str) -> None:
    if method not in _METHODS:
        raise ConfigError(f"There is no projection {method!r}; take one of {', '.join(map(repr, _METHODS))}.")


def _check(clouds: Mapping[str, Points]) -> None:
    if len(clouds) < 2:
        raise DataError("An overlay takes the points of two sources at least; add one.")
    for name, cloud in clouds.items():
        if cloud.ndim != 2 or len(cloud) < MIN_POINTS:
            raise DataError(f"{name!r} has {len(cloud)} rows, and an overlay needs {MIN_POINTS} at least; add rows.")
        if not np.isfinite(cloud).all():
            raise DataError(f"{name!r} holds values that are not finite numbers; train it anew with a lower rate.")


def _told_apart(reference: Points, other: Points, what: str) -> Estimate:
    """AUC of telling the points of ``other`` from those of ``reference``, equal numbers of each."""
    size = min(len(reference), len(other))
    points = np.concatenate(
        [reference[sample_positions(len(reference), size, 1)], other[sample_positions(len(other), size, 2)]]
    )
    found = adversary.cross_validated(points, np.repeat([0, 1], size))
    return replace(found, note=sentence(f"Measured on {what}, before any projection.", found.note))


def _different_rows(reference: Points, other: Points) -> tuple[Points, Points]:
    """Half of the rows from each: with its pair among the other kind, a row would be taken for the wrong one."""
    order = np.random.default_rng(0).permutation(len(reference))
    half = min(len(order) // 2, MAX_TESTED)
    return reference[order[:half]], other[order[half : 2 * half]]


def _paired(reference: Points, other: Points) -> Estimate:
    """Mean distance of the two latents of one row over the mean distance of latents of two different rows."""
    rows = sample_positions(len(reference), MAX_POINTS, 0)
    distances = cdist(reference[rows], other[rows])
    own = distances.diagonal()
    counts = np.vstack([np.ones(len(rows)), bootstrap.resampled(len(rows))])
    # A row drawn twice is no pair of different rows.
    strangers = np.einsum("bi,bi->b", counts @ distances, counts) - counts**2 @ own
    pairs = len(rows) ** 2 - (counts**2).sum(axis=1)
    apart = np.divide(
        counts @ own * pairs, len(rows) * strangers, out=np.full(len(counts), np.nan), where=strangers > 0
    )
    if np.isnan(apart[0]):
        return undefined("Undefined: the latents of all rows are the same.", len(rows))
    low, high = bootstrap.percentiles(apart[1:][~np.isnan(apart[1:])])
    return estimate(float(apart[0]), float(low), float(high), "bootstrap over rows", len(rows))


def _pca(points: Points, seed: int) -> tuple[Points, str]:
    model = PCA(2, random_state=seed)
    places = model.fit_transform(points)
    share = float(model.explained_variance_ratio_.sum())
    return places, f"One PCA of all points together; its two axes hold {share:.0%} of their variance."


def _tsne(points: Points, seed: int) -> tuple[Points, str]:
    perplexity = min(30.0, (len(points) - 1) / 3)
    with threadpool_limits(1, user_api="openmp"):  # on busy cores its threads wait for one another, many times as long
        places = TSNE(2, perplexity=perplexity, init="pca", random_state=seed).fit_transform(points)
    return places, (
        f"One t-SNE (perplexity {perplexity:.0f}) of all points together; neighbours are kept, while distances between "
        "far points and the sizes of clusters mean nothing."
    )


def _umap(points: Points, seed: int) -> tuple[Points, str]:
    from umap import UMAP  # slow: it brings a compiler

    near = min(15, len(points) - 1)
    # The usual start, from the eigenvectors of the neighbours' graph, has none where the graph falls into parts.
    places = UMAP(n_neighbors=near, init="pca", random_state=seed, n_jobs=1).fit_transform(points.astype(np.float32))
    return places, (
        f"One UMAP ({near} neighbours) of all points together; neighbours are kept, while distances between far points "
        "and the sizes of clusters mean nothing."
    )


_METHODS: dict[str, Callable[[Points, int], tuple[Points, str]]] = {"pca": _pca, "tsne": _tsne, "umap": _umap}
METHODS = tuple(_METHODS)
