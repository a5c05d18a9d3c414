"""A model in the ONNX format beside the rows: it is uploaded, decides, and its decisions are audited."""

from importlib.util import find_spec

import pytest

from core.data.onnx_model import LACKING
from tests.app.seen import labels, upload, words
from tests.app.test_decisions import held, table

BUTTON = "Let the model decide on these rows"


@pytest.fixture
def page(opened):
    page = opened("data")
    upload(page, "people.csv", table().drop(columns="y_pred").to_csv(index=False).encode())
    return page


def twice_the_score(name: str = "score") -> bytes:
    """A model with the output 2 x - 0.5, x from one column."""
    onnx = pytest.importorskip("onnx")
    pytest.importorskip("onnxruntime")
    helper, kind = onnx.helper, onnx.TensorProto.FLOAT
    numbers = [helper.make_tensor(key, kind, [1], [value]) for key, value in (("two", 2.0), ("half", 0.5))]
    nodes = [helper.make_node("Mul", [name, "two"], ["doubled"]), helper.make_node("Sub", ["doubled", "half"], ["s"])]
    ends = [[helper.make_tensor_value_info(one, kind, [None, 1])] for one in (name, "s")]
    graph = helper.make_graph(nodes, "made", *ends, numbers)
    opset = [helper.make_opsetid("", 17)]
    return helper.make_model(graph, opset_imports=opset, ir_version=8).SerializeToString()


def decide(page, name, content):
    page.file_uploader(key="onnx").set_value([(name, content, "application/octet-stream")]).run()
    next(button for button in page.button if button.label == BUTTON).click().run()
    assert not page.exception


def test_without_onnxruntime_one_sentence_says_what_to_install(page):
    assert held(page).value == "Decisions of a model"
    assert (LACKING in words(page)) == (find_spec("onnxruntime") is None)
    assert ("onnx" in [one.key for one in page.get("file_uploader")]) == (find_spec("onnxruntime") is not None)


def test_a_model_decides_and_decides_again(page):
    for _ in range(2):
        decide(page, "../risk.onnx", twice_the_score())
        assert page.multiselect(key="scores").value == ["score", "risk"]
        frame = page.session_state["dataset"].frame
        assert frame["risk"].tolist() == pytest.approx((2 * frame["score"] - 0.5).tolist(), abs=1e-6)
    assert list(frame.columns).count("risk") == 1
    assert "The model 'risk.onnx' read 'score', in this order." in words(page)
    assert page.session_state["dataset"].schema.features == []
    page.number_input(key="rule-number-risk").set_value(0.5).run()
    assert "Next: audit the decisions" in labels(page)


def test_a_model_that_does_not_fit_is_told(page):
    decide(page, "risk.onnx", twice_the_score("height"))
    assert "'risk.onnx'" in words(page)
    assert "risk" not in page.session_state["dataset"].frame
    page.multiselect(key="sensitive").set_value(["sex"]).run()
    assert "'risk.onnx'" in words(page)  # until the model decides, or another file is given
    decide(page, "bad.onnx", b"no model")
    assert "'bad.onnx' cannot be read as an ONNX model" in words(page)
