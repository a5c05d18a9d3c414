"""An ONNX model is audited as decisions in the file: from Python and from the command line."""

import json

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

import evenhand as eh
from core.cli.main import app

onnx = pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")
from onnx import TensorProto, helper  # noqa: E402 after importorskip

N = 400
RNG = np.random.default_rng(0)
FRAME = pd.DataFrame(
    {"sex": RNG.choice(["f", "m"], N), "points": RNG.random(N).round(3), "years": RNG.integers(0, 9, N)}
)
FRAME["hired"] = (RNG.random(N) < FRAME["points"]).astype(int)
ROLES = {"target": "hired", "positive": 1, "favorable": 1, "sensitive": "sex"}


@pytest.fixture
def model(tmp_path):
    """A model whose score is the column ``points``."""
    kind = TensorProto.FLOAT
    graph = helper.make_graph(
        [helper.make_node("Identity", ["points"], ["score"])],
        "made",
        [helper.make_tensor_value_info("points", kind, [None, 1])],
        [helper.make_tensor_value_info("score", kind, [None, 1])],
    )
    path = tmp_path / "risk.onnx"
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    path.write_bytes(made.SerializeToString())
    return path


def figures(frame):
    """Figures of the model by metric, attribute and group."""
    mine = frame[(frame["protocol"] == "model") & (frame["positive"] == "1") & frame["sensitive"].notna()]
    return mine.set_index(["metric", "sensitive", "group"])["value"].sort_index()


def test_a_model_file_has_the_figures_of_its_scores(model):
    of_file = eh.audit(FRAME, **ROLES, onnx=model)
    of_column = eh.audit(FRAME, **ROLES, score={"points": 0.5})
    one = figures(of_file.to_frame().query("source == 'risk'"))
    other = figures(of_column.to_frame().query("source == 'points'"))
    pd.testing.assert_series_equal(one, other, rtol=1e-6)
    assert "The model 'risk.onnx' read 'points', in this order." in of_file.notes


def test_the_command_audits_a_model_file(model, tmp_path):
    FRAME.to_csv(tmp_path / "people.csv", index=False)
    roles = ["--target", "hired", "--positive", "1", "--sensitive", "sex"]
    result = CliRunner().invoke(app, ["audit", str(tmp_path / "people.csv"), *roles, "--onnx", str(model), "--json"])
    assert result.exit_code == 0, result.output
    assert {one["source"] for one in json.loads(result.stdout)["records"] if one["protocol"] == "model"} >= {"risk"}


def test_a_model_called_as_a_column_is_refused(model):
    with pytest.raises(eh.DataError, match="already has a column 'risk'"):
        eh.audit(FRAME.assign(risk=1.0), **ROLES, onnx=[model])
