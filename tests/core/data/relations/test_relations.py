"""Relations that hold in every row are found, told and kept; chance makes none."""

import numpy as np
import pandas as pd
import pytest

from core.data.column import Column
from core.data.relations.found import find_relations
from core.data.relations.kept import with_relations
from core.data.relations.kinds import Order, Relation, Sum
from core.data.schema import Schema
from tests.core.data.relations.tables import ROWS, SCHEMA, related_table, shuffled

EXPECTED = {
    "total = base + bonus",
    "start ≤ end",
    "if sex is M, pregnant is no",
    "postcode determines city",
    "level determines senior",
}


@pytest.fixture(scope="module")
def found() -> tuple[Relation, ...]:
    return find_relations(related_table(0), SCHEMA)


def test_what_holds_in_every_row_is_found(found: tuple[Relation, ...]) -> None:
    assert {relation.text for relation in found} == EXPECTED


def test_other_rows_of_the_same_kind_keep_it(found: tuple[Relation, ...]) -> None:
    for relation in found:
        assert not relation.broken(related_table(1)).any(), relation.text


@pytest.mark.parametrize("seed", range(5))
def test_unrelated_columns_have_none(seed: int) -> None:
    assert find_relations(shuffled(related_table(0), seed), SCHEMA) == ()


def test_one_row_that_breaks_a_relation_ends_it() -> None:
    frame = related_table(0)
    frame.loc[7, "total"] += 1.0
    frame.loc[8, "end"] = frame.loc[8, "start"] - pd.Timedelta(days=1)
    frame.loc[9, ["sex", "pregnant"]] = ["M", "yes"]
    frame.loc[10, ["postcode", "city"]] = ["1010", "Graz"]
    told = {relation.text for relation in find_relations(frame, SCHEMA)}
    assert told & EXPECTED == {"level determines senior"}


def test_missing_values_break_nothing() -> None:
    frame, rng = related_table(0), np.random.default_rng(3)
    for name in frame:
        frame[name] = frame[name].mask(rng.random(ROWS) < 0.1)
    assert {relation.text for relation in find_relations(frame, SCHEMA)} == EXPECTED


def test_generated_rows_keep_relations_and_the_columns_that_are_fixed(found: tuple[Relation, ...]) -> None:
    rows = shuffled(related_table(2), 0)
    assert min(relation.broken(rows).mean() for relation in found) > 0.03
    kept = with_relations(rows, found, SCHEMA.sensitive, np.random.default_rng(0))
    for relation in found:
        assert not relation.broken(kept).any(), relation.text
    for name in ("sex", "base", "bonus", "postcode", "level", "hired"):
        assert kept[name].equals(rows[name]), name
    assert kept.dtypes.equals(rows.dtypes)


def test_a_fixed_column_is_kept_and_the_other_one_changes(found: tuple[Relation, ...]) -> None:
    rows = shuffled(related_table(2), 1)
    fixed = ["pregnant", "city", "senior"]
    kept = with_relations(rows, found, fixed, np.random.default_rng(0))
    assert kept[fixed].equals(rows[fixed])
    for relation in found:
        assert not relation.broken(kept).any(), relation.text


def test_an_order_that_follows_from_others_and_one_between_equal_columns_are_not_told() -> None:
    frame = related_table(0)
    columns = tuple(Column(name=name, kind="integer", role="feature") for name in ("a", "b", "c"))
    small = Schema(columns=(*columns, SCHEMA.column("hired")), positive="yes")
    rng = np.random.default_rng(0)
    first = rng.integers(0, 50, ROWS)
    second = first + rng.integers(0, 50, ROWS)
    numbers = pd.DataFrame({"a": first, "b": second, "c": second + rng.integers(0, 50, ROWS)}).astype("Int64")
    told = find_relations(numbers.assign(hired=frame["hired"]), small)
    assert {relation.text for relation in told} == {"a ≤ b", "b ≤ c"}


def test_a_part_with_fractions_is_computed_from_a_sum_that_has_none() -> None:
    relation = Sum(total="total", parts=("one", "other"))
    rows = pd.DataFrame({"one": [1.25, 2.0], "other": [1.5, 3.0], "total": pd.array([9, 5], dtype="Int64")})
    kept = with_relations(rows, [relation], [], np.random.default_rng(0))
    assert kept["total"].tolist() == [9, 5]
    assert kept["other"].tolist() == [7.75, 3.0]
    assert with_relations(rows, [relation], ["other"], np.random.default_rng(0))["one"].tolist() == [7.5, 2.0]
    assert with_relations(rows, [relation], ["one", "other"], np.random.default_rng(0))["total"].tolist() == [3, 5]


def test_a_sum_beyond_the_largest_number_equals_no_number() -> None:
    rng = np.random.default_rng(0)
    parts = {name: rng.choice([1e308, 1.2e308], 200) for name in ("one", "other")}
    frame = pd.DataFrame({**parts, "total": rng.choice([1e308, 1.7e308], 200)})
    with np.errstate(all="raise"):
        assert Sum(total="total", parts=("one", "other")).broken(frame).all()
        columns = tuple(Column(name=name, kind="numerical", role="feature") for name in frame)
        assert not any(isinstance(one, Sum) for one in find_relations(frame, Schema(columns=columns)))


@pytest.mark.parametrize("blank", ["bonus", "nothing"])
def test_a_blank_part_of_a_sum_counts_as_zero_where_it_always_does(blank: str) -> None:
    rng = np.random.default_rng(8)
    base, bonus = rng.integers(1_000, 5_000, 300).astype(float), rng.integers(0, 900, 300).astype(float)
    bonus[::4] = np.nan
    total = base + np.nan_to_num(bonus, nan=0.0 if blank == "bonus" else 50.0)
    frame = pd.DataFrame({"base": base, "bonus": bonus, "total": total}).astype("Int64")
    schema = Schema(columns=tuple(Column(name=name, kind="integer") for name in frame))
    (found,) = [one for one in find_relations(frame, schema) if one.type == "sum"]
    assert found.blank_is_zero == (blank == "bonus")
    kept = with_relations(frame.assign(total=total[::-1]).astype("Int64"), [found], [], rng)
    assert not found.broken(kept).any()
    if blank == "bonus":
        assert (kept["total"] == kept["base"])[kept["bonus"].isna()].all()


def test_a_moment_that_is_put_in_order_is_not_a_midnight() -> None:
    rng = np.random.default_rng(9)
    day = pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 300, 200), unit="D")
    moment = day + pd.to_timedelta(rng.integers(60, 80_000, 200), unit="min") + pd.Timedelta(seconds=7)
    frame = pd.DataFrame({"asked": day, "done": rng.permutation(moment)})
    relation = Order(low="asked", high="done")
    assert relation.broken(frame).any()
    kept = with_relations(frame, [relation], [], rng)
    assert not relation.broken(kept).any()
    assert (kept["done"].dt.second == 7).all()
