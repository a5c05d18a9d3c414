"""Weights: what is read, what is refused, and what a weight says."""

import numpy as np
import pandas as pd
import pytest

from core.data.column import Column
from core.data.schema import Schema
from core.data.weights import WeightColumn, Weights, read_weights, weight_column, without_weights
from core.errors import ConfigError, DataError

SCHEMA = Schema(
    columns=(
        Column(name="sex", kind="categorical", role="sensitive"),
        Column(name="y", kind="integer", role="target"),
        Column(name="sample_weight", kind="numerical"),
    ),
    positive="1",
)


def read(*values, kind="survey"):
    return read_weights(pd.DataFrame({"w": pd.array(values, "Float64")}), WeightColumn("w", kind))


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ((1.0, -2.0), "negative in 1 rows"),
        ((1.0, np.inf), "infinite in 1 rows"),
        ((0.0, 0.0), "above 0 in no row"),
    ],
)
def test_an_unusable_weight_is_refused_with_a_sentence(values, words):
    with pytest.raises(DataError, match=words):
        read(*values)


def test_text_is_no_weight():
    with pytest.raises(DataError, match="is no number"):
        read_weights(pd.DataFrame({"w": pd.array(["a"], "str")}), WeightColumn("w"))


def test_a_frequency_is_a_whole_number():
    with pytest.raises(DataError, match="not whole"):
        read(1.0, 2.5, kind="frequency")


def test_rows_without_a_weight_and_with_weight_0_are_left_out_and_noted():
    values, rows, notes = read(2.5, None, 0.0, 1.0)
    assert (values.tolist(), rows.tolist()) == ([2.5, 1.0], [0, 3])
    assert notes[0].startswith("The weight 'w' is missing in 1 rows")
    assert notes[1].startswith("The weight 'w' is 0 in 1 rows")


def test_whole_survey_weights_are_told_apart_from_frequencies():
    assert "say that its weights are frequencies" in read(1.0, 3.0)[2][-1]
    assert "frequencies" not in read(1.5, 3.0)[2][-1]
    assert "4 people in 2 rows" in read(1.0, 3.0, kind="frequency")[2][-1]


def test_the_effective_number_is_kishs():
    assert Weights.of(np.array([1.0, 1.0, 2.0])).effective == pytest.approx(16 / 6)
    assert Weights.of(np.array([1.0, 1.0, 2.0]), "frequency").effective == 4
    by = Weights.of(np.array([1.0, 1.0, 2.0])).effective_by(np.array([0, 1, 1]), 3)
    assert by.tolist() == pytest.approx([1, 9 / 5, 0])


def test_weights_are_no_feature_and_have_no_second_use():
    assert without_weights(SCHEMA, WeightColumn("sample_weight")).features == []
    for name, words in (("y", "the target"), ("sex", "a sensitive column"), ("z", "no column 'z'")):
        with pytest.raises(DataError, match=words):
            without_weights(SCHEMA, WeightColumn(name))
    with pytest.raises(DataError, match="given for something else"):
        without_weights(SCHEMA, WeightColumn("sample_weight"), ["sample_weight"])


def test_a_kind_needs_a_column_and_a_known_name():
    assert weight_column(None, None) is None
    assert weight_column("w", None) == WeightColumn("w", "survey")
    with pytest.raises(ConfigError, match="no column holds weights"):
        weight_column(None, "survey")
    with pytest.raises(ConfigError, match="no kind of weights 'other'"):
        weight_column("w", "other")


def test_the_scale_of_weights_does_not_matter_and_too_unequal_ones_are_refused():
    for scale in (1e-170, 1.0, 1e200):
        assert Weights.of(scale * np.array([1.0, 3.0])).effective == pytest.approx(1.6)
    table = pd.DataFrame({"w": [1e-170, 1.0]})
    with pytest.raises(DataError, match="so far apart"):
        read_weights(table, WeightColumn("w"))
