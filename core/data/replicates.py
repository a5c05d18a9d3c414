"""Replicate weights: further columns of weights, from which the variance of any weighted figure follows.

A survey that draws households, areas or strata hands out replicate weights in place of its design. The figure is
computed again with each of the R columns. Its variance is ``c sum_r (theta_r - theta)^2`` with a factor ``c`` that the
survey's method gives (Wolter 2007; Lumley 2010): ``4 / R`` for successive differences (American Community Survey),
``1 / R`` for balanced repeated replication and the bootstrap, ``1 / (R (1 - rho)^2)`` for Fay's variant, and
``(R - 1) / R`` for the jackknife that leaves out one cluster at a time (JK1).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property
from typing import Final, Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array

from core.errors import ConfigError, DataError, change, give, leave_out

ReplicateMethod = Literal["successive-difference", "brr", "fay", "jackknife", "bootstrap"]
METHODS: Final[tuple[ReplicateMethod, ...]] = get_args(ReplicateMethod)
USUAL_FAY: Final = 0.5
_NO_DIFFERENCE: Final = 1e-12
_RANK: Final = 1e-10  # of the greatest eigenvalue of the replicates' cross products
_RANK_ROWS: Final = 5_000
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ReplicateColumns:
    """Columns of replicate weights.

    Args:
        columns: Their headers, at least two.
        method: How the survey made them.
        fay: Fay's coefficient, from 0 to below 1; only ``fay`` uses it.
    """

    columns: tuple[str, ...]
    method: ReplicateMethod
    fay: float = USUAL_FAY

    @property
    def factor(self) -> float:
        """What the sum of squared differences is multiplied by.

        >>> [ReplicateColumns(("a", "b"), method).factor for method in METHODS]
        [2.0, 0.5, 2.0, 0.5, 0.5]
        """
        r = len(self.columns)
        if self.method == "successive-difference":
            return 4 / r
        if self.method == "jackknife":
            return (r - 1) / r
        return 1 / (r * (1 - self.fay) ** 2) if self.method == "fay" else 1 / r


@dataclass(frozen=True)
class Replicates:
    """Replicate weights of rows.

    Args:
        per_row: Shape (n, R), R at least 2. Successive differences can make some negative.
        factor: What the sum of squared differences is multiplied by.
    """

    per_row: Floats
    factor: float

    def __getitem__(self, rows: NDArray[np.intp] | NDArray[np.bool_]) -> Replicates:
        """Return those of some rows."""
        return Replicates(self.per_row[rows], self.factor)

    @cached_property
    def degrees(self) -> int:
        """Degrees of freedom of a variance over these rows: the rank of the replicates less 1, at least 1."""
        return int(self.degrees_by(np.zeros(len(self.per_row), dtype=np.int64), 1)[0])

    def degrees_by(self, codes: NDArray[np.int64], size: int) -> NDArray[np.int64]:
        """Return the degrees of freedom in each group, shape (size,), from the group of each row, shape (n,).

        Of many rows the rank is that of some thousand, evenly spaced: it is at most R.
        """
        found = np.ones(size, dtype=np.int64)
        for code in range(size):
            rows = np.flatnonzero(codes == code)
            some = self.per_row[rows[:: max(len(rows) // _RANK_ROWS, 1)]]
            values = np.linalg.eigvalsh(some.T @ some)
            found[code] = max(int((values > _RANK * values[-1]).sum()) - 1, 1)
        return found

    def sums(self, codes: NDArray[np.int64], size: int, where: NDArray[np.number] | None = None) -> Floats:
        """Return the sum of each replicate in each cell, shape (R, size).

        Args:
            codes: The cell of each row, shape (n,).
            size: Number of cells.
            where: What each row is multiplied by, shape (n,); by default 1.
        """
        n = len(codes)
        values = np.ones(n) if where is None else np.asarray(where, dtype=np.float64)
        return np.asarray((csr_array((values, (codes, np.arange(n))), shape=(size, n)) @ self.per_row).T)

    def variance(self, values: Floats, value: Floats | float) -> Floats:
        """Return the variance of figures, shape (...), from those of each replicate, shape (R, ...)."""
        return replicate_variance(values, value, self.factor)


def replicate_variance(values: Floats, value: Floats | float, factor: float) -> Floats:
    """Return the variance of figures, shape (...), from those of each replicate, shape (R, ...).

    A replicate without the figure, because it leaves out all rows of a group, is not counted.

    >>> float(replicate_variance(np.array([0.4, 0.6]), 0.5, 0.5).round(6))
    0.01
    """
    known = ~np.isnan(values)
    squares = np.where(known, (values - value) ** 2, 0.0).sum(axis=0)
    return np.asarray(factor * squares * len(values) / np.maximum(known.sum(axis=0), 1))


def replicate_columns(
    given: Sequence[str], method: str | None, weight: str | None, names: Sequence[str]
) -> ReplicateColumns | None:
    """Return the columns of replicate weights; ``None`` if none are given.

    Args:
        given: Headers, or patterns with ``*`` and ``?`` such as ``PWGTP*``; the column of weights is none of them. If
            two or more of the columns that a pattern matches end in a number, it means these alone.
        method: One of `METHODS`; ``fay@0.3`` has a coefficient other than 0.5.
        weight: The column of weights.
        names: All headers.

    Raises:
        ConfigError: There is no column of weights, or no such method.
        DataError: There are no such columns, or fewer than two.
    """
    if not given:
        if method is None:
            return None
        raise ConfigError(
            "A method of replicate weights is given, but no columns hold any.",
            field="replicate_method",
            remedies=[give("replicate_weights"), leave_out("replicate_method")],
        )
    if weight is None:
        raise ConfigError(
            "Replicate weights say how far figures vary that another column weights, and no column of weights is "
            "given.",
            field="weight",
            remedies=[give("weight"), leave_out("replicate_weights")],
        )
    known, fay = _method(method)
    columns = _matching(given, weight, names)
    if len(columns) < 2:
        raise DataError(
            f"Only column {columns[0]!r} holds replicate weights; a variance needs at least two.",
            field="replicate_weights",
            remedies=[change("replicate_weights")],
        )
    return ReplicateColumns(columns, known, fay)


def likely_replicates(weight: str, names: Sequence[str]) -> tuple[str, ...]:
    """Return the headers that number the one of the weights, as surveys do; none if there are fewer than two.

    >>> likely_replicates("PWGTP", ["PWGTP", "pwgtp1", "pwgtp2", "PWGTP_old"])
    ('pwgtp1', 'pwgtp2')
    """
    numbered = re.compile(re.escape(weight) + r"[ _.-]?\d+", re.IGNORECASE)
    found = tuple(name for name in names if numbered.fullmatch(name))
    return found if len(found) > 1 else ()


def read_replicates(frame: pd.DataFrame, given: ReplicateColumns, weights: Floats) -> tuple[Replicates, list[str]]:
    """Return the replicate weights of rows, and what was noticed, a sentence each.

    Args:
        frame: Rows that count, shape (n, columns).
        given: The columns.
        weights: Their weights, shape (n,).

    Raises:
        DataError: A column is no number, has missing or infinite values, or none differs from the weights.
    """
    for name in given.columns:
        _check(frame[name])
    values = frame[list(given.columns)].to_numpy(dtype=np.float64)
    if np.abs(values - weights[:, None]).max(initial=0.0) <= _NO_DIFFERENCE * weights.max(initial=0.0):
        raise _unusable("All replicate weights are the weights themselves, so they tell no variance.")
    if (empty := values.sum(axis=0) <= 0).any():
        name = given.columns[int(np.argmax(empty))]
        raise _unusable(f"The replicate weights in column {name!r} do not add up to more than 0, so it is no weight.")
    replicates = Replicates(values, given.factor)
    kind = f"fay, coefficient {given.fay:g}" if given.method == "fay" else given.method
    notes = [
        f"Intervals of weighted figures come from {len(given.columns)} columns of replicate weights, "
        f"{_in_series(given.columns)} ({kind}), with {replicates.degrees} degrees of freedom."
    ]
    if negative := int((values < 0).sum()):
        notes.append(
            f"{negative:,} replicate weights are below 0, as successive differences can make them; they count."
        )
    return replicates, notes


def _method(given: str | None) -> tuple[ReplicateMethod, float]:
    name, _, number = (given or "").partition("@")
    for method in METHODS:
        if name == method and (not number or method == "fay"):
            return method, _coefficient(number)
    why = (
        "Replicate weights are given without their method, and it decides how wide intervals are"
        if given is None
        else f"There is no method of replicate weights {given!r}"
    )
    raise ConfigError(
        f"{why}. Methods are {', '.join(map(repr, METHODS))}, and 'fay@0.3' for another coefficient than 0.5.",
        field="replicate_method",
        remedies=[give("replicate_method") if given is None else change("replicate_method")],
    )


def _coefficient(text: str) -> float:
    try:
        number = float(text) if text else USUAL_FAY
    except ValueError:
        number = -1.0
    if not 0 <= number < 1:
        raise ConfigError(
            f"Fay's coefficient is a number from 0 to below 1, not {text!r}.",
            field="replicate_method",
            remedies=[change("replicate_method")],
        )
    return number


def _matching(given: Sequence[str], weight: str, names: Sequence[str]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for one in given:
        mine = [one] if one in names else _meant(name for name in names if fnmatchcase(name, one) and name != weight)
        if not mine:
            raise DataError(
                f"The table has no column {one!r} of replicate weights.",
                field="replicate_weights",
                remedies=[change("replicate_weights")],
            )
        found |= dict.fromkeys(mine)
    return tuple(found)


def _meant(matched: Iterable[str]) -> list[str]:
    """Return those that end in a number, if two or more do: ``W*`` means W1 to W80, and not a column WAGE beside them.

    >>> _meant(["WAGE", "W1", "W2"]), _meant(["wa", "wb"])
    (['W1', 'W2'], ['wa', 'wb'])
    """
    every = list(matched)
    numbered = [name for name in every if name[-1:].isdigit()]
    return numbered if len(numbered) > 1 else every


def _in_series(columns: Sequence[str]) -> str:
    """Return all columns in words: each series that one number tells apart by its first and last.

    >>> _in_series(["W1", "W2", "W3", "wa"])
    "'W1' to 'W3', 'wa'"
    """
    series: dict[str, list[str]] = {}
    for name in columns:
        series.setdefault(name.rstrip("0123456789") if name[-1:].isdigit() else name, []).append(name)
    return ", ".join(repr(one[0]) if len(one) == 1 else f"{one[0]!r} to {one[-1]!r}" for one in series.values())


def _check(values: pd.Series) -> None:
    name = values.name
    if not pd.api.types.is_numeric_dtype(values.dtype) or pd.api.types.is_bool_dtype(values.dtype):
        raise _unusable(f"Column {name!r} is no number, so it holds no replicate weights.")
    numbers = values.to_numpy(dtype=np.float64, na_value=np.nan)
    if missing := int(np.isnan(numbers).sum()):
        raise _unusable(f"The replicate weight {name!r} is missing in {missing:,} rows that have a weight.")
    if infinite := int(np.isinf(numbers).sum()):
        raise _unusable(f"The replicate weight {name!r} is infinite in {infinite:,} rows.")


def _unusable(sentence: str) -> DataError:
    remedies = [change("replicate_weights"), leave_out("replicate_weights")]
    return DataError(sentence, field="replicate_weights", remedies=remedies)
