"""Decisions of ONNX models that the tests make from nodes: a matrix, an input for each column, labels, bad files."""

import numpy as np
import pandas as pd
import pytest

from core.data import onnx_model
from core.data.column import Column
from core.data.onnx_model import decisions_of
from core.data.schema import Schema
from core.errors import ConfigError, DataError

onnx = pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")
from onnx import TensorProto, helper  # noqa: E402 after importorskip

SCHEMA = Schema(
    columns=(
        Column(name="y", kind="categorical", role="target"),
        Column(name="sex", kind="categorical", role="sensitive"),
        Column(name="age", kind="integer"),
        Column(name="pay", kind="numerical"),
        Column(name="town", kind="categorical"),
    ),
    positive="yes",
)
FRAME = pd.DataFrame(
    {
        "y": pd.array(["yes", "no", "yes", "no"], "str"),
        "sex": pd.array(["f", "m", "f", "m"], "str"),
        "age": pd.array([20, 30, None, 50], "Int64"),
        "pay": [1.0, 2.0, 3.0, 4.0],
        "town": pd.array(["a", "b", "a", "b"], "str"),
    }
)
WEIGHTS = [0.01, 0.1, 0.0]


def info(name, kind, shape):
    return helper.make_tensor_value_info(name, kind, shape)


def saved(path, nodes, inputs, outputs, constants=()):
    graph = helper.make_graph(nodes, "made", inputs, outputs, constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    path.write_bytes(model.SerializeToString())
    return path


def matrix_model(path, columns=2):
    """Scores 0.01 age + 0.1 pay from one matrix."""
    weights = helper.make_tensor("w", TensorProto.FLOAT, [columns, 1], WEIGHTS[:columns])
    node = helper.make_node("MatMul", ["x", "w"], ["score"])
    inputs, outputs = [info("x", TensorProto.FLOAT, [None, columns])], [info("score", TensorProto.FLOAT, [None, 1])]
    return saved(path, [node], inputs, outputs, [weights])


def test_a_matrix_holds_the_numeric_features_in_the_order_of_the_table(tmp_path):
    found = decisions_of(matrix_model(tmp_path / "risk.onnx"), FRAME, SCHEMA)
    assert found.is_score
    known = [0, 1, 3]
    expected = [0.01 * age + 0.1 * pay for age, pay in ((20, 1.0), (30, 2.0), (50, 4.0))]
    assert found.decided.iloc[known].tolist() == pytest.approx(expected, abs=1e-6)
    assert np.isnan(found.decided.iloc[2])
    assert found.notes == ("The model 'risk.onnx' read 'age', 'pay', in this order.",)


def test_rows_beyond_one_batch_keep_their_order(tmp_path, monkeypatch):
    monkeypatch.setattr(onnx_model, "_BATCH", 7)
    frame = pd.concat([FRAME.assign(age=20)] * 30, ignore_index=True).assign(pay=np.arange(120.0))
    found = decisions_of(matrix_model(tmp_path / "risk.onnx"), frame, SCHEMA)
    assert np.allclose(found.decided, 0.2 + 0.1 * np.arange(120), atol=1e-4)


def test_an_input_is_read_from_the_column_of_its_name_and_type(tmp_path):
    nodes = [
        helper.make_node("Cast", ["age"], ["number"], to=TensorProto.FLOAT),
        helper.make_node("Add", ["number", "pay"], ["score"]),
    ]
    inputs = [info("age", TensorProto.INT64, [None, 1]), info("pay", TensorProto.FLOAT, [None, 1])]
    path = saved(tmp_path / "sum.onnx", nodes, inputs, [info("score", TensorProto.FLOAT, [None, 1])])
    assert decisions_of(path, FRAME, SCHEMA).decided.dropna().tolist() == [21.0, 32.0, 54.0]


def text_model(path):
    """Predicts the town itself, as a label."""
    node = helper.make_node("Identity", ["town"], ["label"])
    kind = TensorProto.STRING
    return saved(path, [node], [info("town", kind, [None, 1])], [info("label", kind, [None, 1])])


def test_labels_are_labels(tmp_path):
    found = decisions_of(text_model(tmp_path / "said.onnx"), FRAME, SCHEMA)
    assert not found.is_score
    assert found.decided.tolist() == ["a", "b", "a", "b"]


def two_classes(path, *, labelled, first="no"):
    """Columns of two scores, (1 - pay / 4, pay / 4), and the label of the higher one if asked."""
    nodes = [
        helper.make_node("Div", ["pay", "four"], ["b"]),
        helper.make_node("Sub", ["one", "b"], ["a"]),
        helper.make_node("Concat", ["a", "b"], ["scores"], axis=1),
        helper.make_node("GreaterOrEqual", ["b", "a"], ["second"]),
        helper.make_node("Where", ["second", "name_b", "name_a"], ["label"]),
    ]
    names = {"name_a": first, "name_b": "yes" if first == "no" else "no"}
    constants = [helper.make_tensor(key, TensorProto.FLOAT, [1], [value]) for key, value in (("one", 1), ("four", 4))]
    constants += [helper.make_tensor(key, TensorProto.STRING, [1], [value.encode()]) for key, value in names.items()]
    outputs = [info("label", TensorProto.STRING, [None, 1])] if labelled else []
    outputs.append(info("scores", TensorProto.FLOAT, [None, 2]))
    return saved(path, nodes, [info("pay", TensorProto.FLOAT, [None, 1])], outputs, constants)


@pytest.mark.parametrize(("first", "expected"), [("no", [0.25, 0.5, 0.75, 1.0]), ("yes", [0.75, 0.5, 0.25, 0.0])])
def test_labels_tell_which_score_is_that_of_the_positive_outcome(tmp_path, first, expected):
    found = decisions_of(two_classes(tmp_path / "two.onnx", labelled=True, first=first), FRAME, SCHEMA)
    assert found.decided.tolist() == expected
    assert len(found.notes) == 1


def test_without_labels_the_second_score_is_taken_and_that_is_said(tmp_path):
    found = decisions_of(two_classes(tmp_path / "two.onnx", labelled=False), FRAME, SCHEMA)
    assert found.decided.tolist() == [0.25, 0.5, 0.75, 1.0]
    assert "the second is taken as the positive one" in found.notes[1]


@pytest.mark.parametrize(
    ("make", "frame", "sentence"),
    [
        (lambda path: path, FRAME, "There is no file"),
        (lambda path: (path.write_bytes(b"PK nothing"), path)[1], FRAME, "cannot be read as an ONNX model"),
        (lambda path: (path.write_bytes(b"\x80\x04cos\nsystem\n."), path)[1], FRAME, "cannot be read as an ONNX model"),
        (lambda path: matrix_model(path, 3), FRAME, "reads 3 numbers of a row, but the table has 2 numeric features"),
        (matrix_model, FRAME.assign(age=pd.array([None] * 4, "Int64")), "every row lacks one of 'age', 'pay'"),
        (text_model, FRAME.drop(columns="town"), "which is neither a column's name nor a matrix of numbers"),
    ],
)
def test_what_does_not_fit_is_said(tmp_path, make, frame, sentence):
    with pytest.raises(DataError, match=sentence):
        decisions_of(make(tmp_path / "m.onnx"), frame, SCHEMA)


def test_an_input_without_its_column_and_text_for_numbers_are_said(tmp_path):
    node = helper.make_node("Add", ["town", "age"], ["score"])
    inputs = [info("town", TensorProto.FLOAT, [None, 1]), info("age", TensorProto.FLOAT, [None, 1])]
    path = saved(tmp_path / "m.onnx", [node], inputs, [info("score", TensorProto.FLOAT, [None, 1])])
    with pytest.raises(DataError, match="reads numbers from 'town', but the column has text"):
        decisions_of(path, FRAME, SCHEMA)
    with pytest.raises(DataError, match="has the input 'age', but the table has no column of this name"):
        decisions_of(path, FRAME.drop(columns="age").assign(town=1.0), SCHEMA)


def test_without_onnxruntime_the_extra_is_named(tmp_path, monkeypatch):
    import sys

    path = matrix_model(tmp_path / "m.onnx")
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(ConfigError, match=r"evenhand\[onnx\]"):
        decisions_of(path, FRAME, SCHEMA)


def test_weights_beside_the_model_are_read_and_none_from_elsewhere(tmp_path):
    folder = tmp_path / "model"
    folder.mkdir()
    weights = np.array(WEIGHTS[:2], dtype=np.float32).tobytes()
    (folder / "weights.bin").write_bytes(weights)
    (tmp_path / "weights.bin").write_bytes(weights)
    for place, is_read in (("weights.bin", True), ("../weights.bin", False)):
        found = TensorProto(name="w", data_type=TensorProto.FLOAT, dims=[2, 1], data_location=TensorProto.EXTERNAL)
        for key, value in (("location", place), ("offset", "0"), ("length", "8")):
            entry = found.external_data.add()
            entry.key, entry.value = key, value
        inputs, outputs = [info("x", TensorProto.FLOAT, [None, 2])], [info("score", TensorProto.FLOAT, [None, 1])]
        path = saved(
            folder / "risk.onnx", [helper.make_node("MatMul", ["x", "w"], ["score"])], inputs, outputs, [found]
        )
        if is_read:
            assert decisions_of(path, FRAME, SCHEMA).decided.iloc[0] == pytest.approx(0.3)
        else:
            with pytest.raises(DataError, match="cannot be read as an ONNX model"):
                decisions_of(path, FRAME, SCHEMA)
