"""Changes of made-up rows that make a file a fault, or an honest one poorer. Each takes rows and randomness."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

JITTER = 0.01  # of a standard deviation
Change = Callable[[pd.DataFrame, np.random.Generator], pd.DataFrame]


def unchanged(rows: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return the rows as they are."""
    del rng
    return rows


def jittered(frame: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return the rows with one number of each moved a little."""
    name = "numerical_0"
    return frame.assign(**{name: frame[name] + JITTER * frame[name].std() * rng.choice([-1, 1], len(frame))})


def shuffle(name: str) -> Change:
    """Return a change that shuffles one column."""
    return lambda rows, rng: rows.assign(**{name: rows[name].array[rng.permutation(len(rows))]})


def without(name: str, value: str, kept: float = 0.0) -> Change:
    """Return a change that leaves out the rows with a value, but for a share of them."""

    def change(rows: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
        keep = (rows[name] != value) | (rng.random(len(rows)) < kept)
        return rows[keep].reset_index(drop=True)

    return change


def swapped(name: str, values: tuple[str, str]) -> Change:
    """Return a change that swaps two values of a column."""
    one, two = values
    return lambda rows, _: rows.assign(**{name: rows[name].map({one: two, two: one}).astype("str")})


def turned(rows: pd.DataFrame, which: NDArray[np.bool_]) -> pd.DataFrame:
    """Return the rows with the outcome of some turned."""
    opposite = rows["hired"].map({"yes": "no", "no": "yes"})
    return rows.assign(hired=rows["hired"].where(~which, opposite).astype("str"))


def randomised(rows: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return the rows with a quarter of the outcomes turned, as randomised response does for privacy."""
    return turned(rows, rng.random(len(rows)) < 0.25)


def few(rows: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return as many rows, all drawn from a twentieth of them."""
    return rows.iloc[rng.integers(0, len(rows) // 20, len(rows))].reset_index(drop=True)


def encodes(rows: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return the rows with the outcome written into a column."""
    told = np.where(rows["hired"] == "yes", "top", rng.choice(["low", "mid", "high"], len(rows)))
    return rows.assign(categorical_0=pd.array(told, dtype="str"))


def altered(rows: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return the rows with one category of each changed to another."""
    known = rows["categorical_0"].unique()
    places = pd.Index(known).get_indexer(rows["categorical_0"]) + rng.integers(1, len(known), len(rows))
    return rows.assign(categorical_0=pd.array(known[places % len(known)], dtype="str"))


def one_row(rows: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return the rows with a fifteenth of them replaced by the first row."""
    places = np.where(rng.random(len(rows)) < 1 / 15, 0, np.arange(len(rows)))
    return rows.iloc[places].reset_index(drop=True)


def few_of_a_group(rows: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return the rows with all people of origin C made from six of them."""
    places = np.arange(len(rows))
    group = np.flatnonzero(rows["origin"] == "C")
    places[group] = rng.choice(group[:6], len(group))
    return rows.iloc[places].reset_index(drop=True)


def exchanged(rows: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return the rows with the values of two columns in the place of each other."""
    del rng
    one, two = rows["numerical_0"], rows["integer_0"].astype(float)
    return rows.assign(numerical_0=two, integer_0=one.round().astype("Int64"))


def told_by_two(rows: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return the rows with two categories that tell the outcome together: whether both lie in the same half."""
    is_low, same = rng.random(len(rows)) < 0.5, (rows["hired"] == "yes").to_numpy()
    one, two = (_in_half(part, rng) for part in (is_low, is_low == same))
    return rows.assign(categorical_0=one, categorical_1=two)


def _in_half(is_low: NDArray[np.bool_], rng: np.random.Generator) -> pd.api.extensions.ExtensionArray:
    low, high = (rng.choice(names, len(is_low)) for names in (["low", "mid"], ["high", "top"]))
    return pd.array(np.where(is_low, low, high), dtype="str")


def sex_from_a_column(rows: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return the rows with sex made from a category."""
    del rng
    is_low = rows["categorical_0"].isin(["low", "mid"])
    return rows.assign(sex=pd.array(np.where(is_low, "f", "m"), dtype="str"))


def rounded_to(step: float) -> Change:
    """Return a change that rounds all numbers to multiples of ``step``."""

    def change(rows: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
        del rng
        numbers = rows.select_dtypes("float")
        return rows.assign(**{str(name): (numbers[name] / step).round() * step for name in numbers})

    return change
