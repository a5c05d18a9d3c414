"""Predicted labels of more than two classes: figures of each class by group, weighted or not."""

import numpy as np
import pandas as pd
import pytest
from sklearn import metrics as sklearn

from core.audit.record_set import RecordSet
from core.data.column import Column
from core.data.decision_columns import DecisionColumn
from core.data.decision_roles import DecisionRoles
from core.data.schema import Schema
from core.data.sources.upload import from_frame
from core.data.weights import WeightColumn
from core.findings.conclusions import conclude
from core.pipeline import audit_model_decisions

SCHEMA = Schema(
    columns=(
        Column(name="y", kind="categorical", role="target"),
        Column(name="sex", kind="categorical", role="sensitive"),
        Column(name="said", kind="categorical"),
        Column(name="w", kind="numerical"),
    ),
    positive="high",
)

N = 900
RNG = np.random.default_rng(1)
SEX = RNG.choice(["f", "m"], N)
TRUTH = RNG.choice(["low", "mid", "high"], N)
SAID = np.where(RNG.random(N) < np.where(SEX == "f", 0.4, 0.1), "mid", TRUTH)
WEIGHT = np.exp(RNG.normal(0, 0.5, N))
FRAME = pd.DataFrame({"y": TRUTH, "sex": SEX, "said": SAID, "w": WEIGHT})


def dataset(frame):
    return from_frame(frame, "file.csv", SCHEMA)


@pytest.fixture(scope="module", params=[None, "w"])
def audited(request, tmp_path_factory):
    out = tmp_path_factory.mktemp("classes") / "run"
    weight = None if request.param is None else WeightColumn(request.param)
    result = audit_model_decisions(dataset(FRAME), DecisionRoles((DecisionColumn("said"),), weight=weight), out=out)
    weights = np.ones(N) if request.param is None else WEIGHT
    return RecordSet(result.records).where(source="said", protocol="model"), weights, out


@pytest.mark.parametrize("sex", ["f", "m"])
def test_each_class_by_group_is_scikit_learns(audited, sex):
    records, weights, _ = audited
    mine = sex == SEX
    given = {"labels": ["low", "mid", "high"], "average": None, "sample_weight": weights[mine]}
    recalls = sklearn.recall_score(TRUTH[mine], SAID[mine], **given)
    precisions = sklearn.precision_score(TRUTH[mine], SAID[mine], **given)
    for name, recall, precision in zip(given["labels"], recalls, precisions, strict=True):
        assert records.one(metric=f"class_tpr:{name}", group=sex).value == pytest.approx(recall, abs=1e-12)
        assert records.one(metric=f"class_precision:{name}", group=sex).value == pytest.approx(precision, abs=1e-12)
        share = np.average(SAID[mine] == name, weights=weights[mine])
        assert records.one(metric=f"class_selection_rate:{name}", group=sex).value == pytest.approx(share, abs=1e-12)
    macro = records.one(metric="macro_recall", group=sex)
    assert macro.value == pytest.approx(recalls.mean(), abs=1e-12)
    assert macro.low < macro.value < macro.high
    accuracy = sklearn.accuracy_score(TRUTH[mine], SAID[mine], sample_weight=weights[mine])
    assert records.one(metric="multiclass_accuracy", group=sex).value == pytest.approx(accuracy, abs=1e-12)


def test_figures_over_all_groups(audited):
    records, weights, _ = audited
    expected = sklearn.f1_score(TRUTH, SAID, average="macro", sample_weight=weights)
    assert records.one(metric="macro_f1").value == pytest.approx(expected, abs=1e-12)
    rates = {one.group: one.value for one in records.where(metric="class_tpr:high").of_groups}
    gap = records.one(metric="class_tpr_difference:high")
    assert gap.value == pytest.approx(abs(rates["f"] - rates["m"]), abs=1e-12)
    assert gap.low > 0


def test_the_report_shows_each_class_by_group(audited):
    html = (audited[2] / "report.html").read_text(encoding="utf-8")
    assert "Each class by group, sex" in html
    assert "Over all classes, sex" in html


def test_two_classes_have_no_figures_of_classes():
    two = FRAME[FRAME["y"] != "mid"].assign(said=lambda frame: frame["y"])
    records = audit_model_decisions(dataset(two), DecisionRoles((DecisionColumn("said"),))).records
    assert not [one for one in records if one.metric.startswith(("class_", "multiclass", "macro"))]


def test_a_harm_in_another_class_than_the_favourable_one_is_told():
    said = np.where((SEX == "f") & (TRUTH == "mid") & (RNG.random(N) < 0.6), "low", TRUTH)
    result = audit_model_decisions(dataset(FRAME.assign(said=said)), DecisionRoles((DecisionColumn("said"),)))
    told = conclude(result.records, SCHEMA).sentences
    found = [one for one in told if "of people with “mid” on record" in one]
    mine = (SEX == "f") & (TRUTH == "mid")
    assert len(found) == 1
    assert (
        f"{1000 * (said[mine] == 'mid').mean():.0f} of 1,000 f and 1000 of 1,000 m are decided to be “mid”" in found[0]
    )
    assert any(one.startswith("Judged rightly over all classes, of 1,000 rows: ") for one in told)
