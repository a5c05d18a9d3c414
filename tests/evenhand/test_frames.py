"""A frame comes back as it went in: labels, dtypes, categories, time zones, texts as they were written."""

from datetime import date, datetime
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.data.new_identifiers import with_serial_forms
from core.data.sources.upload import from_frame
from core.errors import DataError
from evenhand.frames import FILE, FrameForm, text_of

ROWS = 6
MOMENTS = pd.to_datetime(["2024-01-31", "2024-02-29", "2024-03-01", "2024-04-02", "2024-05-03", "2024-06-04"])
COLUMNS = {
    "bool": pd.Series([True, False] * 3),
    "boolean": pd.Series([True, None, False] * 2, dtype="boolean"),
    "int8": pd.Series([1, 2, -3] * 2, dtype="int8"),
    "uint16": pd.Series([1, 2, 3] * 2, dtype="uint16"),
    "Int32": pd.Series([1, None, 3] * 2, dtype="Int32"),
    "float32": pd.Series([0.5, np.nan, 1.25] * 2, dtype="float32"),
    "whole float64": pd.Series([1.0, 2.0, np.nan] * 2),
    "Float64": pd.Series([0.5, None, 1.25] * 2, dtype="Float64"),
    "str": pd.Series(["a", "b", None] * 2, dtype="str"),
    "string": pd.Series(["a", "b", None] * 2, dtype="string"),
    "numbers as text": pd.Series(["1.234,5", "2.000,25", "3,5"] * 2, dtype="str"),
    "money as text": pd.Series(["$1,234.50", "($7.00)", "n/a"] * 2, dtype="str"),
    "percent as objects": pd.Series(["12,5 %", None, "7,0 %"] * 2, dtype="object"),
    "dates as text": pd.Series(["31.01.2024", "29.02.2024", "01.03.2024"] * 2, dtype="str"),
    "text with a token": pd.Series(["a", "b", "?"] * 2, dtype="str"),
    "category": pd.Series(pd.Categorical(["low", "high", None] * 2, ["low", "middle", "high"], ordered=True)),
    "category of numbers": pd.Series(pd.Categorical([3, 1, 1] * 2, [3, 2, 1])),
    "category of truths": pd.Series(pd.Categorical([True, False, True] * 2)),
    "datetime": pd.Series(MOMENTS).astype("datetime64[ns]"),
    "datetime with zone": pd.Series(MOMENTS).astype("datetime64[s]").dt.tz_localize("Europe/Stockholm"),
    "object texts": pd.Series(["a", None, "b"] * 2, dtype="object"),
    "object truths": pd.Series([True, None, False] * 2, dtype="object"),
    "object integers": pd.Series([1, None, 3] * 2, dtype="object"),
    "object numbers": pd.Series([1, None, 2.5] * 2, dtype="object"),
    "object decimals": pd.Series([Decimal("1.5"), Decimal("2.25"), None] * 2, dtype="object"),
    "object dates": pd.Series([date(2024, 1, 31), None, date(2024, 2, 1)] * 2, dtype="object"),
    "object moments": pd.Series([datetime(2024, 1, 31, 12, 5), None] * 3, dtype="object"),
    "arrow int": pd.Series([1, None, 3] * 2, dtype="int64[pyarrow]"),
    "arrow text": pd.Series(["a", None, "b"] * 2, dtype="string[pyarrow]"),
    "arrow time": pd.Series(MOMENTS).astype("timestamp[us][pyarrow]"),
}


def back(frame: pd.DataFrame, form: FrameForm | None = None) -> pd.DataFrame:
    """Through the library's typed form and back."""
    form = form or FrameForm.of(frame)
    dataset = from_frame(form.raw(frame), "table")
    return form.restored(dataset.frame, dataset.schema)


@pytest.mark.parametrize("name", COLUMNS)
def test_a_column_comes_back_as_it_went_in(name):
    frame = pd.DataFrame({name: COLUMNS[name]})
    pd.testing.assert_frame_equal(back(frame), frame, check_exact=True)


def test_so_does_a_form_that_was_kept(tmp_path):
    frame = pd.DataFrame(COLUMNS)
    FrameForm.of(frame).write(tmp_path, "these rows")
    form = FrameForm.read(tmp_path, "these rows")
    assert form is not None
    pd.testing.assert_frame_equal(back(frame, form), frame, check_exact=True)
    assert FrameForm.read(tmp_path, "other rows") is None
    (tmp_path / FILE).unlink()
    assert FrameForm.read(tmp_path, "these rows") is None


def test_labels_come_back_and_the_index_is_fresh():
    frame = pd.DataFrame([[1, "a", 0.5], [2, "b", 1.5]], columns=pd.Index([7, "x", 2.5], dtype="object"), index=[9, 4])
    found = back(frame)
    assert found.columns.tolist() == [7, "x", 2.5]
    assert found.index.tolist() == [0, 1]
    assert FrameForm.of(frame).raw(frame).columns.tolist() == ["7", "x", "2.5"]


def test_a_frame_is_not_changed():
    frame = pd.DataFrame(COLUMNS).set_index("str")
    before = frame.copy(deep=True)
    back(frame)
    pd.testing.assert_frame_equal(frame, before)


def test_missing_values_in_plain_integers_and_truths_have_a_place():
    frame = pd.DataFrame({"n": [1, 2], "t": [True, False]})
    form = FrameForm.of(frame)
    dataset = from_frame(form.raw(frame), "table")
    emptied = dataset.frame.assign(n=pd.array([1, None], "Int64"), t=pd.array([None, True], "boolean"))
    assert form.restored(emptied, dataset.schema).dtypes.astype(str).tolist() == ["Int64", "boolean"]


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        (pd.Series([1, "a"], dtype="object"), "Column 'x' cannot be used: it mixes int and str"),
        (pd.Series([[1], [2]]), "Column 'x' cannot be used: it holds a list"),
        (pd.Series([b"a", b"b"], dtype="object"), "Column 'x' cannot be used: it holds a bytes"),
        (pd.Series(pd.to_timedelta([1, 2])), "Column 'x' cannot be used: it is of dtype timedelta64"),
        (pd.Series(pd.period_range("2024", periods=2)), "Column 'x' cannot be used: it is of dtype period"),
        (pd.Series([1j, 2j]), "Column 'x' cannot be used: it is of dtype complex128"),
        (pd.Series([1, 0], dtype=pd.SparseDtype("int64")), "Column 'x' cannot be used: it is of dtype Sparse"),
        (pd.Series(pd.cut([1, 9], [0, 5, 10])), "Column 'x' cannot be used: its categories are neither"),
    ],
)
def test_what_cannot_be_used_is_refused_by_name(values, sentence):
    with pytest.raises(DataError, match=sentence):
        FrameForm.of(pd.DataFrame({"x": values}))


@pytest.mark.parametrize(
    ("columns", "sentence"),
    [
        (["a", "a"], "Column 'a' occurs more than once"),
        ([1, "1"], "Column '1' occurs more than once"),
        (["a", " "], "Column 2 has no name"),
        (["a", None], "Column 2 has the label nan"),
        (["a", pd.Timestamp("2024")], "Column 2 has the label Timestamp"),
        (pd.MultiIndex.from_tuples([("a", 1), ("a", 2)]), "The columns have several levels"),
    ],
)
def test_labels_that_cannot_be_used_are_refused(columns, sentence):
    with pytest.raises(DataError, match=sentence):
        FrameForm.of(pd.DataFrame([[1, 2]], columns=columns))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(-(2**31), 2**31 - 1), min_size=1, max_size=30),
    st.sampled_from(["int32", "int64", "Int64", "float64", "object", "category"]),
)
def test_whole_numbers_of_every_dtype_come_back(numbers, dtype):
    frame = pd.DataFrame({"n": pd.Series(numbers).astype(dtype)})
    pd.testing.assert_frame_equal(back(frame), frame, check_exact=True)


@pytest.mark.parametrize(("value", "text"), [(True, "True"), (np.int64(3), "3"), (1.0, "1"), (0.5, "0.5"), ("a", "a")])
def test_a_value_of_the_target_is_written_as_in_the_column(value, text):
    assert text_of(value) == text


@pytest.mark.parametrize("dtype", ["int8", "Int8", "uint16", "int64", "float64"])
def test_new_identifiers_fit_where_those_of_the_caller_were_small(dtype):
    frame = pd.DataFrame({"number": pd.Series(range(1, 101)).astype(dtype), "zip": [10115, 20095] * 50})
    form = FrameForm.of(frame)
    dataset = from_frame(form.raw(frame), "table")
    schema = with_serial_forms(dataset.schema, [dataset.frame])
    assert [schema.column(name).kind for name in frame] == ["identifier", "categorical"]
    rows = dataset.frame.assign(number=schema.column("number").serial_form.serials(100), zip=["(rare)", "10115"] * 50)
    found = form.restored(rows.astype("str"), schema)
    assert found["number"].tolist() == list(range(1001, 1101))
    assert found["zip"].isna().sum() == 50
    assert found["zip"].dropna().eq(10115).all()
