"""Alpha-precision, beta-recall and authenticity (Alaa, van Breugel, Saveliev, van der Schaar, ICML 2022).

The paper asks how much of one law lies in balls that hold a given share of the other (fidelity, diversity), and which
points lie nearer to a real row than real rows lie to one another (copies). It first maps rows to a ball by a one-class
network. Here they stay in the space of `core.audit.classifiers.features`: the network is trained afresh for every
table, with its
own chance and choices, so that figures of two audits, or of two sources of one, would not compare. The price: a ball
about the centre of one-hot and scaled columns is a coarse outline, and holes inside it go unseen by alpha-precision.

Every figure is to be read beside that of real hold-out rows, which is not 1 (or 1/2) in general.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.audit.estimate import Estimate, undefined
from core.audit.statistics.nearest_neighbors import SAME, blocks, nearest
from core.data.sampling import sample_positions

NEIGHBOURS = 5
_DECIMALS = 6  # of a distance to a centre: what differs by less is a tie

Points = NDArray[np.floating]
Floats = NDArray[np.float64]


def own_radii(reference: Points) -> Floats:
    """Distance of each point to its 5th nearest other one, shape (n,), n above 5."""
    return nearest(reference, reference, NEIGHBOURS + 1)[:, -1]  # the first neighbour is the point itself


def precision_recall(reference: Points, points: Points, radii: Floats | None = None) -> tuple[Estimate, Estimate]:
    """Alpha-precision and beta-recall of ``points`` against ``reference``, each 0 to 1.

    P(a) is the share of points in the ball about the mean of the reference that holds the share a of the reference;
    alpha-precision is ``1 - 2 * integral of |P(a) - a|``. R(b) is the share of reference points in the support of the
    ball about the mean of the points that holds the share b of them: those whose nearest point is in that ball, and no
    farther than their own 5th nearest other reference point. Beta-recall is ``1 - 2 * integral of |R(b) - b|``. Points
    too far out and points too close to the centre both lower the first; regions without points lower the second.

    The integrals are taken over every ball there is, not over a grid; rows equally far from a centre share out the step
    evenly, so that of a tie half counts. A distance equal to the 5th neighbour's is within. Of one law R(1) is
    1 - 2^-5 = .97; with the single neighbour of the published code 1/2. That code moreover sets the radii for b among
    the nearest points that it found, so that R(b) is b times the coverage, wherever the points lie. In many dimensions
    rows near the centre are nearest to many, and beta-recall of one law falls below .97: compare with the hold-out's.

    Args:
        reference: Real points, shape (n, d).
        points: Shape (m, d); of the larger of the two as many are drawn as the other has, since R depends on m / n.
        radii: `own_radii` of the reference, shape (n,), where they are known.
    """
    size = min(len(reference), len(points))
    if size <= NEIGHBOURS:
        nothing = undefined(f"Undefined: it takes more than {NEIGHBOURS} rows of either kind.", size)
        return nothing, nothing
    which = _drawn(reference, size)
    real, made = reference[which].astype(np.float64), points[_drawn(points, size)].astype(np.float64)
    own = own_radii(real) if radii is None or size < len(reference) else radii[which]
    centre, middle = real.mean(axis=0), made.mean(axis=0)
    precision = _agreement(_from(centre, real), _from(centre, made))
    outward = _from(middle, made)
    near = _nearest_row(real, made)
    reach = np.where(_between(real, made[near]) <= own + SAME, outward[near], np.inf)  # the ball that takes each in
    recall = _agreement(outward, reach)
    return Estimate(precision, n=size), Estimate(recall, n=size)


def authentic(train: Points, points: Points) -> Floats:
    """1 for a point farther from its nearest train row than that row is from its own nearest other train row, else 0.

    A tie counts half: a point on a row that stands in the table twice may come from either, or from neither. The mean
    is the paper's authenticity: 0 for copies. For fresh draws of the same law it is the chance that one's nearest
    neighbour has another one nearest: 1/3 in one dimension, .38 in two, whatever the density; about 1/2 in some more,
    and above it where a few rows are nearest to many. So 1/2 is no threshold: compare with the hold-out's. It is no
    share of authentic rows either, as the paper has it: rows far from all real ones score 1.

    The published code takes the distances from train rows to points and looks up the real row by the position of the
    point, so that it compares unrelated rows; it is repeated in the libraries that carry the code.

    Args:
        train: Real points, shape (n, d), n of at least 2.
        points: Shape (m, d).

    Returns:
        Shape (m,), in the order of ``points``.

    >>> authentic(np.array([[0.0], [1.0], [9.0]]), np.array([[0.0], [4.0], [2.0]])).tolist()
    [0.0, 1.0, 0.5]
    """
    order = _order(points)
    found = np.empty(len(points))
    found[order] = _farther(train[_order(train)], points[order])
    return found


def _farther(train: Points, points: Points) -> Floats:
    """`authentic` for rows already put in order, shape (m,)."""
    which = _nearest_row(points, train)
    rows, inverse = np.unique(which, return_inverse=True)
    own = nearest(train[rows], train, 2)[:, 1][inverse]  # the first neighbour is the row itself
    away = _between(points, train[which])
    return np.where(np.abs(away - own) < SAME, 0.5, (away > own).astype(float))


def _nearest_row(points: Points, reference: Points) -> NDArray[np.intp]:
    """Which reference point is nearest to each point, shape (m,)."""
    found = np.empty(len(points), dtype=np.intp)
    for part, squares in blocks(points, reference):
        found[part] = squares.argmin(axis=1)
    return found


def _order(points: Points) -> NDArray[np.intp]:
    """Positions in an order that depends on the points alone, so that it also decides which of several is nearest."""
    direction = np.random.default_rng(14).normal(size=points.shape[1])
    return np.argsort((np.asarray(points, dtype=float) * direction).sum(axis=1), kind="stable")


def _between(one: Points, other: Points) -> Floats:
    """Distance of each row to the row of the same position, shape (m,)."""
    gap = np.asarray(one, dtype=float) - np.asarray(other, dtype=float)
    return np.asarray(np.sqrt((gap * gap).sum(axis=1)), dtype=np.float64)


def _from(centre: Floats, points: Floats) -> Floats:
    return np.round(_between(points, centre[None, :]), _DECIMALS)


def _drawn(points: Points, size: int) -> NDArray[np.intp]:
    """Positions of ``size`` of the points, in `_order`."""
    chosen = sample_positions(len(points), size, 15)
    return chosen[_order(points[chosen])]


def _agreement(inside: Floats, measured: Floats) -> float:
    """``1 - 2 * integral of |G(F^-1(a)) - a|`` of two samples of radii with distributions F and G, 0 to 1; 1: equal.

    Args:
        inside: Radii that define the balls, shape (n,).
        measured: Radii whose share in each ball is asked, infinite for those in none, shape (m,).
    """
    radii, counts = np.unique(inside, return_counts=True)
    known = np.sort(measured)
    below, within = (np.searchsorted(known, radii, side=side) / len(known) for side in ("left", "right"))
    place = np.arange(len(inside)) + 0.5
    tie = np.repeat(np.arange(len(radii)), counts)
    step = (place - (np.cumsum(counts) - counts)[tie]) / counts[tie]  # how far through the rows of the same radius
    share = below[tie] + step * (within - below)[tie]
    return max(float(1 - 2 * np.abs(share - place / len(inside)).mean()), 0.0)
