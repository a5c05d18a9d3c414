"""Intersections of sensitive attributes are small groups: shrunk rates, and the rows that a decision would need."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betaincinv, betaln, expit, logit, ndtri

from core.audit.estimate import Estimate, Tag, degenerate, estimate, sentence, undefined
from core.audit.metrics import impact_ratios, unknown_groups
from core.audit.metrics.impact_ratios import FOUR_FIFTHS, Categories
from core.audit.records import Record, Status
from core.audit.statistics.confidence import POWER, SIGNIFICANCE_LEVEL, confidence
from core.data.groups import CROSS, GroupedFrame

Floats = NDArray[np.float64]
_SMALLER = np.geomspace(0.5, 1e5, 31)  # the smaller of a and b
_MEANS = np.linspace(-3, 3, 41)  # log-odds around the rate of all rows
_MAX_ROWS = 1e12


def shrunk_rates(hits: ArrayLike, trials: ArrayLike) -> tuple[Floats, Floats, Floats]:
    """Return the rates of groups shrunk towards their common mean; groups with fewer rows are shrunk more.

    The model is beta-binomial: one beta distribution generates the groups' rates. Its mean and concentration are
    integrated over their marginal likelihood on a grid, with the prior ``(a + b)^(-5/2)`` (Gelman et al., Bayesian Data
    Analysis, 3rd ed., sec. 5.3). A plug-in estimate would make intervals too short when groups are few (Morris 1983).
    a and b are at least 1/2: a beta with more mass at 0 would make rates certain if no row of any group is selected.
    Each posterior is approximated by the beta distribution with the same mean and variance.

    Args:
        hits: Successes of each group, shape (groups,), at least two groups.
        trials: Trials of each, at least 1, shape (groups,).

    Returns:
        Rates and the bounds of the posterior at the level of all intervals, each of shape (groups,), in (0, 1).

    >>> rates, low, high = shrunk_rates([1, 400, 350], [4, 1000, 1000])
    >>> bool(1 / 4 < rates[0] < .4), bool(high[0] - low[0] > high[1] - low[1])
    (True, True)
    """
    k, n = np.asarray(hits, dtype=float), np.asarray(trials, dtype=float)
    pooled = np.clip(k.sum() / n.sum(), 0.5 / n.sum(), 1 - 0.5 / n.sum())
    mean, smaller = (part.ravel() for part in np.meshgrid(expit(logit(pooled) + _MEANS), _SMALLER))
    concentration = smaller / np.minimum(mean, 1 - mean)
    a, b = mean * concentration, (1 - mean) * concentration
    likelihood = sum(betaln(a + one, b + size - one) - betaln(a, b) for one, size in zip(k, n, strict=True))
    weights = likelihood + np.log(a) + np.log(b) - 2.5 * np.log(concentration)
    weights = np.exp(weights - weights.max())
    weights /= weights.sum()
    rates, spreads = np.empty(len(k)), np.empty(len(k))
    for position, (one, size) in enumerate(zip(k, n, strict=True)):
        each = (a + one) / (concentration + size)
        rates[position] = weights @ each
        spreads[position] = weights @ (each * (1 - each) / (concentration + size + 1) + (each - rates[position]) ** 2)
    total = rates * (1 - rates) / spreads - 1
    tails = ((1 - confidence()) / 2, (1 + confidence()) / 2)
    low, high = (np.asarray(betaincinv(rates * total, (1 - rates) * total, tail)) for tail in tails)
    return rates, low, high


def rows_to_decide(rates: ArrayLike, top_rate: float, top_rows: int) -> Floats:
    """Return the rows that each group needs for a test of the four-fifths ratio to decide, at the observed rates.

    The test of ``p - .8 p_top = 0`` is two-sided at `SIGNIFICANCE_LEVEL`, with the variance under that hypothesis,
    ``.8 p_top (1 - .8 p_top) / n + .64 p_top (1 - p_top) / n_top``. ``n`` is the least number with which it rejects
    with probability `POWER` (the usual normal approximation; Farrington and Manning 1990). The group with the highest
    rate keeps its rows.

    Args:
        rates: Observed rates, shape (groups,).
        top_rate: The highest rate, above 0.
        top_rows: Rows of that group.

    Returns:
        Whole numbers, shape (groups,); NaN where no number suffices: the ratio is four fifths, or the group with the
        highest rate is too small.

    >>> rows_to_decide([.3, .5, .4], .5, 100_000)
    array([182., 191.,  nan])
    """
    p = np.asarray(rates, dtype=float)
    gap = np.abs(p - FOUR_FIFTHS * top_rate)
    own_variance, null_variance = p * (1 - p), FOUR_FIFTHS * top_rate * (1 - FOUR_FIFTHS * top_rate)
    top_variance = FOUR_FIFTHS**2 * top_rate * (1 - top_rate) / top_rows

    def enough(n: Floats) -> NDArray[np.bool_]:
        detectable_gap = ndtri(1 - SIGNIFICANCE_LEVEL / 2) * np.sqrt(null_variance / n + top_variance) + ndtri(
            POWER
        ) * np.sqrt(own_variance / n + top_variance)
        return np.asarray(detectable_gap <= gap)

    low, high = np.zeros_like(p), np.full_like(p, _MAX_ROWS)
    decidable = enough(high)
    while (high - low > 1).any():
        middle = np.ceil((low + high) / 2)
        reached = enough(middle)
        low, high = np.where(reached, low, middle), np.where(reached, middle, high)
    return np.where(decidable, high, np.nan)


def category_records(
    table: Categories, tag: Tag, *, rate: str, minimum: int, degenerate_reason: str = ""
) -> list[Record]:
    """Return the impact ratios of one attribute; for a crossed one, shrunk rates and the rows to decide too.

    Args:
        table: The result of `impact_ratios.categories`.
        tag: Where the selections come from; ``tag.sensitive`` and ``tag.positive`` are set.
        rate: Name of the raw rate, e.g. ``selection_rate``.
        minimum: Groups with fewer rows are marked.
        degenerate_reason: If the predictions are degenerate, the sentence that says so.
    """
    records = impact_ratios.impact_records(table, tag, degenerate_reason) + unknown_groups.unknown_records(table, tag)
    if CROSS in (tag.sensitive or ""):
        records += intersection_records(table, tag, rate=rate, minimum=minimum, degenerate_reason=degenerate_reason)
    return records


def row_records(rows: GroupedFrame, source: str, split: str, outcomes: tuple[str, str]) -> list[Record]:
    """Return the same figures for the outcomes of the data, each attribute and crossed, in both polarities.

    Args:
        rows: Typed rows, at least one, target present in each.
        source: Whose rows.
        split: Which rows, e.g. ``train``.
        outcomes: Names of the positive and the negative outcome.
    """
    minimum, records = rows.schema.min_group_size, []
    for name, grouping in rows.groupings.items():
        for positive, labels in zip(outcomes, (rows.labels, 1 - rows.labels), strict=True):
            table = impact_ratios.categories(grouping, labels, minimum)
            tag = Tag(source, "data", name, positive, split=split)
            records += category_records(table, tag, rate="base_rate", minimum=minimum)
    return records


def intersection_records(
    table: Categories, tag: Tag, *, rate: str, minimum: int, degenerate_reason: str = ""
) -> list[Record]:
    """Return the shrunk rate of each group and the rows that it would need, for crossed attributes.

    Args:
        table: The result of `impact_ratios.categories`.
        tag: Where the selections come from.
        rate: Name of the raw rate, e.g. ``selection_rate``.
        minimum: Groups with fewer rows are marked.
        degenerate_reason: If the predictions are degenerate, the sentence that says so.
    """
    records = []
    figures: dict[str, Sequence[Estimate | None]] = {
        f"{rate}_shrunk": _shrunk(table),
        "n_to_decide": _rows_to_decide(table),
    }
    for metric, estimates in figures.items():
        for name, rows, one in zip(table.names, table.rows, estimates, strict=True):
            if one is None:
                continue
            marked = degenerate(one, degenerate_reason) if degenerate_reason else one
            if rows < minimum:
                status = marked.status if marked.status is Status.UNDEFINED else Status.SMALL_N
                note = sentence(f"The group has {rows} rows, fewer than {minimum}.", marked.note)
                marked = replace(marked, status=status, note=note)
            records.append(tag.record(metric, marked, group=name))
    return records


def _shrunk(table: Categories) -> list[Estimate]:
    if len(table.names) < 2:
        return [undefined("Undefined: there is only one group.", int(rows)) for rows in table.rows]
    return [
        replace(
            estimate(float(rate), float(low), float(high), "beta-binomial posterior", int(rows)),
            note=f"Shrunk from {raw:.3f} towards the rates of the other groups.",
        )
        for rate, low, high, rows, raw in zip(
            *shrunk_rates(table.selected, table.rows), table.rows, table.rates, strict=True
        )
    ]


def _rows_to_decide(table: Categories) -> list[Estimate | None]:
    """Return the rows each group needs; ``None`` for the group of the highest rate and for unknown groups."""
    if table.problem:
        return [
            None if unknown else undefined(table.problem, int(rows))
            for unknown, rows in zip(table.unknown, table.rows, strict=True)
        ]
    rows_needed_by_group = rows_to_decide(table.rates, float(table.rates[table.top]), int(table.rows[table.top]))
    best = table.names[table.top]
    records: list[Estimate | None] = []
    for position, (rows, rows_needed) in enumerate(
        zip(table.rows.tolist(), rows_needed_by_group.tolist(), strict=True)
    ):
        if position == table.top or table.unknown[position]:
            records.append(None)
        elif np.isnan(rows_needed):
            why = f"no number of rows decides at these rates and the {table.rows[table.top]} rows of {best!r}"
            records.append(undefined(f"Undefined: {why}.", rows))
        else:
            word = "enough" if rows >= rows_needed else "too few"
            records.append(
                Estimate(rows_needed, n=rows, note=f"It has {rows}: {word} to tell it from four fifths of {best!r}.")
            )
    return records
