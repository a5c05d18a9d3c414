"""Alpha-precision, beta-recall and authenticity (Alaa, van Breugel, Saveliev, van der Schaar, ICML 2022).

The paper measures how much of one distribution lies in balls that contain a given share of the other (fidelity,
diversity), and which points are nearer to a real row than real rows are to each other (copies). It first maps rows to a
ball by a one-class network. Here rows stay in the space of `core.data.encoding.distance_space`. The network would be
trained for every table, with its own seed and settings, so that figures of two audits, or of two sources of one audit,
could not be compared. The cost: a ball around the centre of one-hot and scaled columns is a coarse shape, and
alpha-precision does not see holes inside it.

Compare every figure with that of real hold-out rows, which is not 1 (or 1/2) in general.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.audit.estimate import Estimate, undefined
from core.audit.statistics.nearest_neighbors import SAME, blocks, nearest
from core.data.sampling import sample_positions

NEIGHBOURS = 5
_DECIMALS = 6  # distances to a centre that differ by less are ties

Points = NDArray[np.floating]
Floats = NDArray[np.float64]


def own_radii(reference: Points) -> Floats:
    """Return the distance of each point to its 5th nearest other one, shape (n,), n above 5."""
    return nearest(reference, reference, NEIGHBOURS + 1)[:, -1]  # the first neighbour is the point itself


def precision_recall(reference: Points, points: Points, radii: Floats | None = None) -> tuple[Estimate, Estimate]:
    """Return alpha-precision and beta-recall of ``points`` against ``reference``, each 0 to 1.

    P(a) is the share of points in the ball around the mean of the reference that contains the share a of the reference.
    Alpha-precision is ``1 - 2 * integral of |P(a) - a|``. Take the ball around the mean of the points that contains the
    share b of them: R(b) is the share of reference points whose nearest point is in that ball, and no farther than
    their own 5th nearest other reference point. Beta-recall is ``1 - 2 * integral of |R(b) - b|``. Points too far from
    the centre and points too close to it both lower the first; regions without points lower the second.

    The integrals use every ball, not a grid. Rows at the same distance from a centre share the step evenly, so that
    half of a tie counts. A distance equal to the 5th neighbour's is inside. For equal distributions R(1) is
    1 - 2^-5 = .97; with the single neighbour of the published code it is 1/2. That code also takes the radii for b from
    the nearest points that it found, so that R(b) is b times the coverage, wherever the points lie. In many dimensions
    rows near the centre are nearest to many rows, and beta-recall of equal distributions falls below .97: compare with
    the hold-out's.

    Args:
        reference: Real points, shape (n, d).
        points: Shape (m, d). The larger of the two is sampled down to the size of the other, since R depends on m / n.
        radii: `own_radii` of the reference, shape (n,), to save their computation.
    """
    size = min(len(reference), len(points))
    if size <= NEIGHBOURS:
        nothing = undefined(f"Undefined: it takes more than {NEIGHBOURS} rows of either kind.", size)
        return nothing, nothing
    indices = _sample_indices(reference, size)
    real, generated = reference[indices].astype(np.float64), points[_sample_indices(points, size)].astype(np.float64)
    own = own_radii(real) if radii is None or size < len(reference) else radii[indices]
    centre, generated_centre = real.mean(axis=0), generated.mean(axis=0)
    precision = _agreement(_distance_to_centre(centre, real), _distance_to_centre(centre, generated))
    radii_of_generated = _distance_to_centre(generated_centre, generated)
    nearest_row = _nearest_row(real, generated)
    covering_radii = np.where(
        _row_distances(real, generated[nearest_row]) <= own + SAME, radii_of_generated[nearest_row], np.inf
    )  # the ball that takes each in
    recall = _agreement(radii_of_generated, covering_radii)
    return Estimate(precision, n=size), Estimate(recall, n=size)


def authenticity(train: Points, points: Points) -> Floats:
    """Return 1 for a point farther from its nearest train row than that row is from its nearest train row, else 0.

    A tie counts half: a point equal to a row that occurs twice may come from either row, or from neither. The mean is
    the paper's authenticity: 0 for copies. For fresh draws of the same distribution it is the probability that a
    point's nearest neighbour has a nearer neighbour of its own: 1/3 in one dimension and .38 in two, whatever the
    density; about 1/2 in a few more, and above where a few rows are nearest to many. So 1/2 is no threshold: compare
    with the hold-out's. Contrary to the paper, it is no share of authentic rows: rows far from all real ones score 1.

    The published code takes the distances from train rows to points and looks up the real row by the position of the
    point, so that it compares unrelated rows. Libraries that copied the code have the same error.

    Args:
        train: Real points, shape (n, d), n of at least 2.
        points: Shape (m, d).

    Returns:
        Shape (m,), in the order of ``points``.

    >>> authenticity(np.array([[0.0], [1.0], [9.0]]), np.array([[0.0], [4.0], [2.0]])).tolist()
    [0.0, 1.0, 0.5]
    """
    order = _order(points)
    result = np.empty(len(points))
    result[order] = _authentic_in_order(train[_order(train)], points[order])
    return result


def _authentic_in_order(train: Points, points: Points) -> Floats:
    """Compute `authenticity` of rows in `_order`, shape (m,)."""
    indices = _nearest_row(points, train)
    rows, inverse = np.unique(indices, return_inverse=True)
    own = nearest(train[rows], train, 2)[:, 1][inverse]  # the first neighbour is the row itself
    distances = _row_distances(points, train[indices])
    return np.where(np.abs(distances - own) < SAME, 0.5, (distances > own).astype(float))


def _nearest_row(points: Points, reference: Points) -> NDArray[np.intp]:
    """Return which reference point is nearest to each point, shape (m,)."""
    result = np.empty(len(points), dtype=np.intp)
    for part, squares in blocks(points, reference):
        result[part] = squares.argmin(axis=1)
    return result


def _order(points: Points) -> NDArray[np.intp]:
    """Return positions in an order that depends on the points only. It also breaks ties between nearest rows."""
    direction = np.random.default_rng(14).normal(size=points.shape[1])
    return np.argsort((np.asarray(points, dtype=float) * direction).sum(axis=1), kind="stable")


def _row_distances(one: Points, other: Points) -> Floats:
    """Return the distance of each row to the row of the same position, shape (m,)."""
    gap = np.asarray(one, dtype=float) - np.asarray(other, dtype=float)
    return np.asarray(np.sqrt((gap * gap).sum(axis=1)), dtype=np.float64)


def _distance_to_centre(centre: Floats, points: Floats) -> Floats:
    return np.round(_row_distances(points, centre[None, :]), _DECIMALS)


def _sample_indices(points: Points, size: int) -> NDArray[np.intp]:
    """Return the positions of ``size`` of the points, in `_order`."""
    chosen = sample_positions(len(points), size, 15)
    return chosen[_order(points[chosen])]


def _agreement(inside: Floats, measured: Floats) -> float:
    """Compute ``1 - 2 * integral of |G(F^-1(a)) - a|`` of radii with distributions F and G, 0 to 1; 1 means equal.

    Args:
        inside: Radii that define the balls (F), shape (n,).
        measured: Radii whose share in each ball is measured (G), infinite for points in no ball, shape (m,).
    """
    radii, counts = np.unique(inside, return_counts=True)
    known = np.sort(measured)
    below, within = (np.searchsorted(known, radii, side=side) / len(known) for side in ("left", "right"))
    place = np.arange(len(inside)) + 0.5
    tie = np.repeat(np.arange(len(radii)), counts)
    step = (place - (np.cumsum(counts) - counts)[tie]) / counts[
        tie
    ]  # position among the rows of the same radius, 0 to 1
    share = below[tie] + step * (within - below)[tie]
    return max(float(1 - 2 * np.abs(share - place / len(inside)).mean()), 0.0)
