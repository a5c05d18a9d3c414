"""Find the relations that hold in every row of a table, and that chance does not explain.

A relation counts if, were the columns unrelated, all rows would keep it with a probability below ``exp(-20)``. Most
relations of a table are consequences of others. These are left out: an order of a part and its sum, an order that two
others imply, a value that a determined column implies, what a copy of a column repeats.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, permutations
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.optimize import nnls

from core.data.column import Kind, Role
from core.data.encoding.values import exact_numbers, is_scalar
from core.data.relations.consequences import Links
from core.data.relations.evidence import EVIDENCE, MIN_ROWS, NAMED_ROWS, TESTED_ROWS, Coded, coded, pair_counts
from core.data.relations.found_date_parts import date_parts
from core.data.relations.found_linear import linear_relations
from core.data.relations.kinds import Determined, Implied, Order, Relation, Sum, added, unequal
from core.data.sampling import sample_positions
from core.data.schema import Schema

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

SAMPLE_ROWS = 20_000
LEAST_BLANKS = 10
LEAST_PARTS, COEFFICIENT_ERROR = 3, 1e-6
MOST_NUMBERS, MOST_CATEGORIES, MOST_RELATIONS = 60, 60, 100
MOST_VALUES, MOST_IMPLYING_VALUES = 500, 50
NUMBER_KINDS = (Kind.NUMERICAL, Kind.INTEGER)
CATEGORY_KINDS = (Kind.CATEGORICAL, Kind.BOOLEAN)


def find_relations(frame: pd.DataFrame, schema: Schema) -> tuple[Relation, ...]:
    """Return the relations that hold in every row, without those that a person refused; see `every_relation`.

    Args:
        frame: Typed rows.
        schema: Columns and roles.
    """
    return tuple(one for one in every_relation(frame, schema) if one.text not in schema.refused_relations)


def every_relation(frame: pd.DataFrame, schema: Schema) -> tuple[Relation, ...]:
    """Return the relations between features and sensitive columns that hold in every row.

    The target takes no part, since outcomes may be repaired.

    Args:
        frame: Typed rows.
        schema: Columns and roles.
    """
    columns = [one for one in schema.columns if one.role in (Role.FEATURE, Role.SENSITIVE)]
    part = frame.iloc[np.sort(sample_positions(len(frame), min(len(frame), SAMPLE_ROWS), 37))]
    if len(part) < MIN_ROWS:
        return ()
    scalars = {one.name: exact_numbers(part[one.name]) for one in columns if is_scalar(one)}
    numbers = [one.name for one in columns if one.kind in NUMBER_KINDS]
    times = [one.name for one in columns if one.kind is Kind.DATETIME]
    values = {name: scalars[name] for name in numbers[:MOST_NUMBERS]}
    dates = {name: scalars[name] for name in times[:MOST_NUMBERS]}
    coarse = {one.name for one in columns if one.kind in CATEGORY_KINDS}
    coarse |= {name for name in numbers if part[name].nunique() <= MOST_VALUES}
    every = {one.name: coded(part[one.name]) for one in columns if one.name in coarse}
    few = {name: one for name, one in every.items() if 2 <= len(one.names) <= MOST_VALUES}
    few = dict(list(few.items())[:MOST_CATEGORIES])
    sensitive = set(schema.sensitive)

    linear = linear_relations(dates, sensitive, (), of_dates=True)
    copies = {one.column for one in linear if one.is_copy}
    parts = date_parts(part, [name for name in dates if name not in copies], values, few)
    sums = list(_sums(values))
    derived = {*(one.total for one in sums), *(one.column for one in parts)}
    linear += linear_relations(values, sensitive, derived, of_dates=False)
    links = Links(linear, parts)

    within = {(name, one.total) for one in sums for name in one.parts}
    orders = links.orders(_shortest([one for names in (values, dates) for one in _orders(scalars, list(names))]))
    determined = list(_determined({name: one for name, one in few.items() if name not in links.images}))
    known = {pair for one in determined for pair in ((one.by, one.column), (one.column, one.by))}
    categories = {name: few[name] for name in few if name not in numbers}
    implied = [one for one in _implied(categories, sensitive) if (one.column, one.then) not in known]
    sums = [_with_blanks(one, frame) for one in links.sums(sums)]
    found: list[Relation] = [*links.linear(linear, sums), *parts, *sums]
    found += [one for one in orders if (one.low, one.high) not in within]
    found += [*links.determined(determined), *implied]
    return tuple(one for one in found[:MOST_RELATIONS] if not one.broken(frame).any())


def _sums(numbers: dict[str, Floats]) -> Iterator[Sum]:
    """Yield the columns that are sums of others, none of them nearly always 0."""
    names = [name for name, values in numbers.items() if _varies(values)]
    found: set[str] = set()
    heads = np.asarray([numbers[name][:TESTED_ROWS] for name in names])
    for one, other in combinations(names, 2):
        sums = added(numbers[one], numbers[other])
        possible = np.flatnonzero(~unequal(heads, sums[:TESTED_ROWS]).any(axis=1))
        for total in (names[at] for at in possible):
            if total in (one, other):
                continue
            tested = ~np.isnan(sums) & ~np.isnan(numbers[total])
            few = np.flatnonzero(tested)[:TESTED_ROWS]
            if len(few) < MIN_ROWS or unequal(numbers[total][few], sums[few]).any():
                continue
            if not unequal(numbers[total][tested], sums[tested]).any():
                found.add(total)
                yield Sum(total=total, parts=(one, other))
    for total in names:
        parts = () if total in found else _parts_of(total, {name: numbers[name] for name in names})
        if parts:
            yield Sum(total=total, parts=parts)


def _parts_of(total: str, numbers: dict[str, Floats]) -> tuple[str, ...]:
    """Return the three or more columns whose sum a column is; none if there are no such. None is ever above the sum."""
    whole = numbers[total]
    parts = [name for name, one in numbers.items() if name != total and not ((one < 0) | (one > whole)).any()]
    known = np.flatnonzero(~np.isnan(np.column_stack([whole, *(numbers[name] for name in parts)])).any(axis=1))
    few = known[:TESTED_ROWS]
    largest = float(whole[few].max(initial=0.0))
    if len(parts) < LEAST_PARTS or len(few) < MIN_ROWS or largest == 0.0:
        return ()
    shares, _ = nnls(np.column_stack([numbers[name][few] / largest for name in parts]), whole[few] / largest)
    chosen = tuple(name for name, share in zip(parts, shares, strict=True) if share > 0.5)
    if len(chosen) < LEAST_PARTS or np.abs(shares - np.rint(shares)).max() > COEFFICIENT_ERROR or shares.max() > 1.5:
        return ()
    return () if unequal(whole[known], added(*(numbers[name][known] for name in chosen))).any() else chosen


def _with_blanks(found: Sum, frame: pd.DataFrame) -> Sum:
    """Return the sum with blanks as 0, if that is so in every row with a blank, and there are enough of them."""
    filled = found.model_copy(update={"blank_is_zero": True})
    blank = filled.concerns(frame) & ~found.concerns(frame)
    return filled if blank.sum() >= LEAST_BLANKS and not filled.broken(frame).any() else found


def _varies(values: Floats) -> bool:
    known = values[~np.isnan(values)]
    return len(known) >= MIN_ROWS and float((known != 0).mean()) > 0.01 and float(known.min()) < float(known.max())


def _orders(scalars: dict[str, Floats], names: Sequence[str]) -> Iterator[Order]:
    """Yield the pairs of which the first is never greater, though it would be if rows were shuffled."""
    rng = np.random.default_rng(38)
    for low, high in permutations(names, 2):
        one, other = scalars[low], scalars[high]
        both = np.flatnonzero(~np.isnan(one) & ~np.isnan(other))
        if len(both) < MIN_ROWS or (one[both] > other[both]).any() or (one[both] == other[both]).all():
            continue
        by_chance = float((one[both] > rng.permutation(other[both])).mean())
        if -len(both) * np.log1p(-min(by_chance, 0.999)) > EVIDENCE:
            yield Order(low=low, high=high)


def _shortest(orders: Sequence[Order]) -> list[Order]:
    """Return the orders that do not follow from two others."""
    pairs = {(one.low, one.high) for one in orders}
    middles = {name for pair in pairs for name in pair}
    return [
        one for one in orders if not any((one.low, name) in pairs and (name, one.high) in pairs for name in middles)
    ]


def _determined(columns: dict[str, Coded]) -> Iterator[Determined]:
    """Yield each column that another one determines; of two that determine each other, the later one."""
    found: set[tuple[str, str]] = set()
    for by, column in permutations(columns, 2):
        if (column, by) in found:
            continue
        counts = pair_counts(columns[by], columns[column])
        rows, shares = counts.sum(axis=1), counts.sum(axis=0) / max(counts.sum(), 1)
        alike = float((shares**2).sum())
        if ((counts > 0).sum(axis=1) > 1).any() or not 0 < alike < 1:
            continue
        if -float((rows - 1).clip(min=0).sum()) * np.log(alike) > EVIDENCE:
            found.add((by, column))
            frequent = np.flatnonzero(rows >= NAMED_ROWS)
            expected = columns[column].names[counts[frequent].argmax(axis=1)]
            values = dict(zip(columns[by].names[frequent].tolist(), expected.tolist(), strict=True))
            yield Determined(column=column, by=by, values=values)


def _implied(columns: dict[str, Coded], sensitive: set[str]) -> Iterator[Implied]:
    """Yield the values that imply a value of another column.

    Of two columns with two values each, one relation says what another says. That whose consequence is not sensitive
    is told.
    """
    usable = {name: coded for name, coded in columns.items() if len(coded.names) <= MOST_IMPLYING_VALUES}
    told: set[tuple[str, str]] = set()
    for name, then in permutations(sorted(usable, key=lambda one: (one not in sensitive, one)), 2):
        counts = pair_counts(usable[name], usable[then])
        if counts.shape == (2, 2) and (then, name) in told:
            continue
        rows, shares = counts.sum(axis=1), counts.sum(axis=0) / max(counts.sum(), 1)
        for value in np.flatnonzero(((counts > 0).sum(axis=1) == 1) & (rows >= NAMED_ROWS)):
            then_value = int(counts[value].argmax())
            if -rows[value] * np.log(shares[then_value]) > EVIDENCE:
                told.add((name, then))
                texts = str(usable[name].names[value]), str(usable[then].names[then_value])
                yield Implied(column=name, value=texts[0], then=then, then_value=texts[1])
