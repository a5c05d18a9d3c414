"""Files that would fool a summary, and honest files that must raise no alarm. All are made up and seeded."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri
from scipy.stats import rankdata

from core.benchmarks.file_changes import (
    Change,
    altered,
    encodes,
    exchanged,
    few,
    few_of_a_group,
    jittered,
    one_row,
    randomised,
    rounded_to,
    sex_from_a_column,
    shuffle,
    swapped,
    told_by_two,
    turned,
    unchanged,
    without,
)
from core.benchmarks.made_up_tables import SHAPES, Shape, people, schema_of
from core.data.column import Column, Kind
from core.data.schema import Schema

HOLDOUT_SHARE = 0.3
SMOOTHED = 0.2  # of a standard deviation
_NUMBERS = ("numerical_0", "numerical_1")


@dataclass(frozen=True)
class _Real:
    """The real rows that a file is made from."""

    shape: Shape
    train: pd.DataFrame
    holdout: pd.DataFrame


Maker = Callable[[_Real, np.random.Generator], pd.DataFrame]


@dataclass(frozen=True)
class Case:
    """One audit of a file.

    Args:
        name: What was done, in words.
        schema: Of the tables.
        train: Real train rows.
        holdout: Real hold-out rows.
        rows: The file.
        named: What the summary must say of it, as a part of a sentence; empty for an honest file.
    """

    name: str
    schema: Schema
    train: pd.DataFrame
    holdout: pd.DataFrame
    rows: pd.DataFrame
    named: str = ""


def fooling(seed: int = 0) -> Iterator[Case]:
    """Yield files that would fool a summary, each with what the summary must say of it."""
    for number, (name, (maker, named)) in enumerate(_FAULTS.items()):
        rng = np.random.default_rng([seed, number])
        real = _drawn("5,000 rows" if maker is _around_test else "mixed columns", rng)
        yield Case(name, schema_of(real.shape), real.train, real.holdout, maker(real, rng), named)
    yield _told_by_a_column(np.random.default_rng([seed, len(_FAULTS)]))


def honest(seed: int = 0) -> Iterator[Case]:
    """Yield files that were made without any trick, some of them poor."""
    pairs = [(what, maker, shape) for what, (maker, shapes) in _HONEST.items() for shape in shapes]
    for number, (what, maker, shape) in enumerate(pairs):
        rng = np.random.default_rng([seed, 100 + number])
        real = _drawn(shape, rng)
        yield Case(f"{what}; {shape}", schema_of(real.shape), real.train, real.holdout, maker(real, rng))


def _drawn(shape: str, rng: np.random.Generator) -> _Real:
    table = people(SHAPES[shape], SHAPES[shape].rows, rng)
    cut = round(len(table) * (1 - HOLDOUT_SHARE))
    return _Real(SHAPES[shape], table.iloc[:cut].reset_index(drop=True), table.iloc[cut:].reset_index(drop=True))


def _told_by_a_column(rng: np.random.Generator) -> Case:
    """Return a case whose real rows have a column that was written after the outcome was known."""
    real = _drawn("mixed columns", rng)
    train, holdout, rows = (_with_letter(part) for part in (real.train, real.holdout, _fresh(real, rng)))
    columns = schema_of(real.shape).columns
    letter = Column(name="letter", kind=Kind.CATEGORICAL)
    schema = schema_of(real.shape).replaced(columns=(*columns[:-3], letter, *columns[-3:]))
    what = "a column of the real table tells the outcome"
    return Case(what, schema, train, holdout, rows, "letter tells the outcome by itself")


def _fresh(real: _Real, rng: np.random.Generator) -> pd.DataFrame:
    return people(real.shape, len(real.train), rng)


def _independent(real: _Real, rng: np.random.Generator) -> pd.DataFrame:
    return _column_by_column(real.train, rng)


def _column_by_column(frame: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    return pd.DataFrame({name: frame[name].array[rng.integers(0, len(frame), len(frame))] for name in frame})


def _within_outcomes(real: _Real, rng: np.random.Generator) -> pd.DataFrame:
    parts = [_column_by_column(part.reset_index(drop=True), rng) for _, part in real.train.groupby("hired")]
    return pd.concat(parts, ignore_index=True)


def _copula(real: _Real, rng: np.random.Generator) -> pd.DataFrame:
    """Return rows of a Gaussian copula; numbers are smoothed between the train rows' values.

    Categories are ordered by their mean of the first number, so that their dependence has a direction.
    """
    train = real.train
    first = next(str(name) for name in train if pd.api.types.is_numeric_dtype(train[name]))
    texts = [str(name) for name in train if not pd.api.types.is_numeric_dtype(train[name])]
    orders = {name: train.groupby(name)[first].mean().sort_values().index for name in texts}
    coded = train.assign(**{name: orders[name].get_indexer(pd.Index(train[name])) for name in texts})
    normal = np.column_stack([ndtri(_as_ranks(coded[name], rng)) for name in coded])
    drawn = rng.multivariate_normal(np.zeros(train.shape[1]), np.corrcoef(normal.T), len(train))
    shares = np.column_stack([rankdata(column) / (len(drawn) + 1) for column in drawn.T])
    made = {}
    for name, share in zip(train, shares.T, strict=True):
        ordered = np.sort(coded[name].to_numpy())
        if pd.api.types.is_float_dtype(train[name]):
            made[name] = np.quantile(ordered, share + rng.uniform(-0.5, 0.5, len(share)) / len(share))
        else:
            picked = ordered[(share * len(ordered)).astype(int)]
            known = orders[name].to_numpy()[picked] if name in orders else picked
            made[name] = pd.array(known, dtype=train[name].dtype)
    return pd.DataFrame(made)


def _as_ranks(values: pd.Series, rng: np.random.Generator) -> NDArray[np.float64]:
    codes = np.unique(values.to_numpy(), return_inverse=True)[1]
    return np.asarray(rankdata(codes + rng.uniform(0, 0.5, len(codes))) / (len(codes) + 1))


def _resized(times: float) -> Maker:
    """Return a maker of so many times as many fresh rows as there are train rows."""
    return lambda real, rng: people(real.shape, round(times * len(real.train)), rng)


def _mixed_with(share: float, copied: Callable[[_Real], pd.DataFrame], change: Change = unchanged) -> Maker:
    """Return a maker of fresh rows, ``share`` of them replaced by real ones that were changed."""

    def make(real: _Real, rng: np.random.Generator) -> pd.DataFrame:
        known = copied(real).iloc[: round(share * len(real.train))]
        rows = _fresh(real, rng).iloc[len(known) :]
        return pd.concat([change(known, rng), rows], ignore_index=True)

    return make


def _of_train(real: _Real) -> pd.DataFrame:
    return real.train


def _of_holdout(real: _Real) -> pd.DataFrame:
    return real.holdout


def _changed(change: Change) -> Maker:
    """Return a maker of fresh rows that are then changed."""
    return lambda real, rng: change(_fresh(real, rng), rng)


def _around_test(real: _Real, rng: np.random.Generator) -> pd.DataFrame:
    """Return rows around the test rows, too far away to be near copies, with their outcomes."""
    holdout = real.holdout
    rows = holdout.iloc[rng.integers(0, len(holdout), len(real.train))].reset_index(drop=True)
    spread = {name: SMOOTHED * holdout[name].std() * rng.normal(0, 1, len(rows)) for name in _NUMBERS}
    moved = {name: rows[name] + spread[name] for name in _NUMBERS}
    integer = np.round(rows["integer_0"].to_numpy(float) + SMOOTHED * 6 * rng.normal(0, 1, len(rows)))
    return rows.assign(**moved, integer_0=pd.Series(integer).astype("Int64"))


def _with_letter(rows: pd.DataFrame) -> pd.DataFrame:
    letter = pd.array(np.where(rows["hired"] == "yes", "offer", "regret"), dtype="str")
    return rows.assign(letter=letter)


def _whole(real: _Real, rng: np.random.Generator) -> pd.DataFrame:
    del rng
    return pd.concat([real.train, real.holdout], ignore_index=True)


_TRAIN, _TEST = "hold real people", "hold the test rows"
_FAULTS: dict[str, tuple[Maker, str]] = {
    "the train rows themselves": (_mixed_with(1, _of_train), _TRAIN),
    "near copies of the train rows": (_mixed_with(1, _of_train, jittered), _TRAIN),
    "5 % copies of train rows": (_mixed_with(0.05, _of_train), _TRAIN),
    "5 % near copies of train rows": (_mixed_with(0.05, _of_train, jittered), _TRAIN),
    "the test rows among fresh rows": (_mixed_with(1, _of_holdout), _TEST),
    "near copies of the test rows": (_mixed_with(1, _of_holdout, jittered), _TEST),
    "the train rows with one category changed": (_mixed_with(1, _of_train, altered), _TRAIN),
    "5 % train rows with one category changed": (_mixed_with(0.05, _of_train, altered), _TRAIN),
    "the test rows with one category changed": (_mixed_with(1, _of_holdout, altered), _TEST),
    "the whole table": (_whole, _TEST),
    "rows around the test rows, with their outcomes": (_around_test, "the test rows"),
    "a group erased (17.7 %)": (_changed(without("origin", "C")), "have no people of origin C"),
    "a group shrunk to a tenth": (_changed(without("origin", "C", 0.1)), "people of origin C are"),
    "a column that encodes the outcome": (_changed(encodes), "gives the outcome away"),
    "two columns that give the outcome away together": (_changed(told_by_two), "together give the outcome away"),
    "one row for a fifteenth of all": (_changed(one_row), "one row written many times"),
    "a group made from six people": (_changed(few_of_a_group), "people of origin C in the"),
    "two columns exchanged": (_changed(exchanged), "are distributed quite differently"),
    "few rows written many times": (_changed(few), "few rows written many times"),
    "sex made from another column": (_changed(sex_from_a_column), "the column categorical_0 gives sex away"),
    "the outcome shuffled": (_changed(shuffle("hired")), "the outcome is as good as unrelated"),
    "columns drawn one by one": (_independent, "the outcome is as good as unrelated"),
    "sex shuffled": (_changed(shuffle("sex")), "the column sex is as good as unrelated"),
    "the outcome reversed": (_changed(swapped("hired", ("yes", "no"))), "the outcome says the opposite"),
    "the outcome reversed for one sex": (
        _changed(lambda rows, _: turned(rows, (rows["sex"] == "f").to_numpy())),
        "the outcome of people of sex f says the opposite",
    ),
    "sex swapped": (_changed(swapped("sex", ("f", "m"))), "the column sex says the opposite"),
    "one outcome only": (_changed(without("hired", "yes")), "have no rows with the outcome"),
    "a constant column": (
        _changed(lambda rows, _: rows.assign(categorical_0=pd.array(["mid"] * len(rows), dtype="str"))),
        "lost values of the column categorical_0",
    ),
    "the upper half of a number cut off": (
        _changed(lambda rows, _: rows.assign(numerical_0=rows["numerical_0"].clip(upper=30.0))),
        "lost values of the column numerical_0",
    ),
    "values that no real row has": (
        _changed(lambda rows, _: rows.assign(integer_0=rows["integer_0"] + 60)),
        "values of the column integer_0 that real rows never have",
    ),
}
_HONEST: dict[str, tuple[Maker, tuple[str, ...]]] = {
    "fresh rows": (_fresh, tuple(SHAPES)),
    "another share of women": (_changed(without("sex", "f", 0.7)), ("mixed columns", "300 rows")),
    "numbers rounded to 1": (_changed(rounded_to(1)), ("mixed columns", "numbers only", "one number")),
    "numbers rounded to 5": (_changed(rounded_to(5)), ("mixed columns", "numbers only", "one number")),
    "numbers rounded to 10": (_changed(rounded_to(10)), ("mixed columns", "numbers only")),
    "three times as many rows": (_resized(3), ("mixed columns",)),
    "a third of the rows": (_resized(1 / 3), ("mixed columns",)),
    "outcomes with noise": (_changed(randomised), ("mixed columns", "5,000 rows")),
    "a Gaussian copula": (_copula, ("mixed columns", "numbers only", "5,000 rows", "300 rows")),
    "columns drawn one by one within outcomes": (_within_outcomes, ("mixed columns", "missing values")),
}
