"""The split: exact size, fair shares, the dataset's own holdout."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.data.column import Column
from core.data.dataset import Dataset
from core.data.fingerprint import fingerprint
from core.data.holdout_split import check_holdout_fraction, split, stratified_sample, validation_split
from core.data.schema import Schema
from core.data.sources.demo import demo_table
from core.errors import ConfigError, DataError, leave_out

SCHEMA = Schema(
    columns=(
        Column(name="row", kind="integer"),
        Column(name="sex", kind="categorical", role="sensitive"),
        Column(name="hired", kind="categorical", role="target"),
    ),
    positive="yes",
)


@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["yes", "no"])), min_size=2, max_size=60),
    st.floats(0.05, 0.95),
    st.integers(0, 9),
)
@settings(max_examples=25, deadline=None)
def test_each_row_goes_to_one_side_and_each_stratum_gets_its_share(
    cells: list[tuple[str, str]], fraction: float, seed: int
) -> None:
    frame = pd.DataFrame(cells, columns=["sex", "hired"], dtype="str")
    frame.insert(0, "row", pd.array(range(len(frame)), dtype="Int64"))
    rest, drawn = validation_split(frame, SCHEMA, fraction, seed)
    assert sorted([*rest["row"], *drawn["row"]]) == list(range(len(frame)))
    wanted = min(max(round(fraction * len(frame)), 1), len(frame) - 1)
    assert len(drawn) == wanted
    strata = frame.groupby(["sex", "hired"]).size()
    got = drawn.groupby(["sex", "hired"]).size().reindex(strata.index, fill_value=0)
    whole = strata[strata >= 2]
    assert (np.abs(got[whole.index] - whole * wanted / len(frame)) <= 1).all()


def test_same_seed_same_rows() -> None:
    demo = demo_table(500, seed=3)
    first, again, other = split(demo, seed=1), split(demo, seed=1), split(demo, seed=2)
    assert fingerprint(first.holdout) == fingerprint(again.holdout) != fingerprint(other.holdout)
    assert "100 of 500 rows" in first.notes[0]


def test_the_datasets_own_holdout_is_taken() -> None:
    demo = demo_table(50)
    own = replace(demo, holdout=demo_table(20, seed=9).frame)
    parts = split(own)
    assert parts.official
    assert (len(parts.train), len(parts.holdout)) == (50, 20)


def test_a_sample_keeps_order_and_shares_whatever_is_known() -> None:
    demo = demo_table(1000)
    drawn = stratified_sample(demo.frame, demo.schema, 0.3, 1)
    assert len(drawn) == 300
    assert drawn.reset_index(drop=True).equals(demo.frame.merge(drawn, how="inner")[demo.schema.names])
    shares = [frame.groupby(["sex", "approved"]).size() / len(frame) for frame in (demo.frame, drawn)]
    assert float((shares[0] - shares[1]).abs().max()) < 0.005
    open_schema = Schema(columns=tuple(column.model_copy(update={"role": "ignored"}) for column in demo.schema.columns))
    assert len(stratified_sample(demo.frame, open_schema, 0.3, 1)) == 300


def test_bad_fractions_and_tables() -> None:
    demo = demo_table(50)
    with pytest.raises(ConfigError, match=r"between 0 and 1, not 1\.5; 0\.2 is usual"):
        split(demo, fraction=1.5)
    with pytest.raises(DataError, match="1 row, and a split needs at least 2"):
        split(Dataset("x", demo.frame.head(1), demo.schema))


def test_a_fraction_beside_own_holdout_rows_is_refused_with_its_field() -> None:
    demo = demo_table(40, 0)
    own = replace(demo, holdout=demo.frame, official=True)
    with pytest.raises(ConfigError) as found:
        check_holdout_fraction(own, 0.3)
    assert found.value.problem.remedies == (leave_out("holdout_fraction"),)
    assert found.value.field == "holdout_fraction"


def test_a_given_file_of_test_rows_is_not_called_the_datasets_own() -> None:
    demo = demo_table(50)
    given = replace(demo, holdout=demo_table(20, seed=1).frame, options={"holdout": "later.csv"})
    assert split(given).notes == ("20 rows are held out: those of the file that was given, later.csv.",)
