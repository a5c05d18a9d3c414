"""Decisions of models from a notebook: columns of a frame, arrays, estimators."""

import numpy as np
import pandas as pd
import pytest
from fairlearn.metrics import MetricFrame, selection_rate, true_positive_rate
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

import evenhand as eh

N = 400
RNG = np.random.default_rng(0)
SEX = RNG.choice(["f", "m"], N)
Y = (RNG.random(N) < np.where(SEX == "f", 0.4, 0.6)).astype(int)
SCORE = np.round(np.clip(0.25 + 0.4 * Y + 0.3 * RNG.random(N), 0, 1), 3)
PRED = (SCORE >= 0.6).astype(int)
FRAME = pd.DataFrame({"hired": Y, "sex": SEX, "risk": SCORE, "said": PRED, "town": RNG.choice(["a", "b"], N)})
ROLES = {"target": "hired", "positive": 1, "sensitive": "sex"}


def figures(result, metric, source):
    """Values of one metric by group."""
    frame = result.to_frame()
    one = frame[(frame["metric"] == metric) & (frame["source"] == source) & (frame["protocol"] == "model")]
    one = one[(one["positive"] == "1") & one["group"].notna()]
    return dict(zip(one["group"], one["value"], strict=True))


def sources(result):
    frame = result.to_frame()
    return set(frame.loc[frame["protocol"] == "model", "source"]) - {"constant"}


def test_figures_are_those_of_fairlearn():
    result = eh.audit_decisions(Y, PRED, sensitive_features=SEX, y_score=SCORE)
    there = MetricFrame(
        metrics={"selection_rate": selection_rate, "tpr": true_positive_rate},
        y_true=Y,
        y_pred=PRED,
        sensitive_features=SEX,
    )
    for metric in ("selection_rate", "tpr"):
        for group, value in there.by_group[metric].items():
            assert figures(result, metric, "y_pred")[group] == pytest.approx(value, abs=1e-12)
    assert sources(result) == {"y_pred", "y_score"}


def test_columns_and_arrays_give_the_same_figures():
    columns = eh.audit(FRAME, **ROLES, prediction="said", score={"risk": 0.6}, strata="town")
    arrays = eh.audit_decisions(
        FRAME["hired"],
        FRAME["said"],
        y_score=FRAME["risk"],
        score_threshold=0.6,
        sensitive_features=FRAME["sex"],
        control_features=FRAME["town"],
        positive=1,
    )
    pd.testing.assert_frame_equal(columns.to_frame(), arrays.to_frame())
    assert repr(columns).startswith("table: 400 rows with decisions")


def test_rules_of_scores():
    for score in ("risk@top10%", {"risk": "top10%"}, ["risk@top 10 %"]):
        rates = figures(eh.audit(FRAME, **ROLES, score=score), "selection_rate", "risk")
        mine = FRAME["risk"] >= FRAME["risk"].nlargest(N // 10).min()
        assert rates == pytest.approx(mine.groupby(FRAME["sex"]).mean().to_dict())
    two = eh.audit(FRAME, **ROLES, score=["risk@0.5", "risk@0.6"])
    assert sources(two) == {"risk ≥ 0.5", "risk ≥ 0.6"}


def test_several_models_and_attributes():
    people = {"sex": SEX, "town": FRAME["town"].to_numpy()}
    scores = pd.DataFrame({"b": SCORE, "c": 10 * SCORE})
    result = eh.audit_decisions(
        Y, {"a": PRED, "b": 1 - PRED}, sensitive_features=people, y_score=scores, score_threshold={"c": 6}
    )
    assert sources(result) == {"a", "b", "b (scores)", "c"}
    assert {"sex", "town", "sex × town"} <= set(result.to_frame()["sensitive"].dropna())
    assert figures(result, "tpr", "a") != figures(result, "tpr", "b")
    matrix = eh.audit_decisions(Y, PRED, sensitive_features=np.column_stack([SEX, FRAME["town"]]))
    assert {"sensitive_feature 1", "sensitive_feature 2"} <= set(matrix.to_frame()["sensitive"].dropna())


def test_a_series_with_the_name_of_the_outcome_is_another_column():
    result = eh.audit_decisions(FRAME["hired"], FRAME["said"].rename("hired"), sensitive_features=FRAME["sex"])
    assert sources(result) == {"hired (predictions)"}


def test_the_rows_of_several_models_below_one_another():
    long = pd.concat([FRAME.assign(model="good"), FRAME.assign(model="bad", said=1 - PRED)])
    result = eh.audit(long, **ROLES, prediction="said", model_column="model")
    alone = eh.audit(FRAME, **ROLES, prediction="said")
    assert sources(result) == {"good", "bad"}
    assert figures(result, "tpr", "good") == figures(alone, "tpr", "said")
    rates = [one.to_frame().query("protocol == 'data' and metric == 'base_rate'") for one in (result, alone)]
    pd.testing.assert_frame_equal(*[one.reset_index(drop=True) for one in rates])


def test_estimators_predict():
    features = np.column_stack([SCORE, RNG.random(N)])
    models = {"logistic": LogisticRegression().fit(features, Y), "svm": LinearSVC().fit(features, Y)}
    result = eh.audit_decisions(Y, sensitive_features=SEX, estimator=models, X=features)
    predicted = models["logistic"].predict_proba(features)[:, 1] >= 0.5
    rates = {one: predicted[one == SEX].mean() for one in ("f", "m")}
    assert figures(result, "selection_rate", "logistic") == pytest.approx(rates)
    rates = {one: models["svm"].predict(features)[one == SEX].mean() for one in ("f", "m")}
    assert figures(result, "selection_rate", "svm") == pytest.approx(rates)
    words = np.where(Y == 1, "good", "bad")
    named = LogisticRegression().fit(features, words)
    one = eh.audit_decisions(words, sensitive_features=SEX, estimator=named, X=features, positive="bad")
    assert sources(one) == {"LogisticRegression"}
    auc = one.to_frame().query("metric == 'auc' and positive == 'bad' and source == 'LogisticRegression'")
    assert (auc["value"] > 0.9).all()
    with pytest.raises(eh.ConfigError, match="has the classes 'bad', 'good', so one must be said to be positive"):
        eh.audit_decisions(words, sensitive_features=SEX, estimator=named, X=features)
    with pytest.raises(eh.ConfigError, match="pass X"):
        eh.audit_decisions(words, sensitive_features=SEX, estimator=named)
    with pytest.raises(eh.ConfigError, match="neither predict_proba nor predict"):
        eh.audit_decisions(words, sensitive_features=SEX, estimator={"none": {}}, X=features)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"y_pred": PRED[:-1]}, "y_pred has 399 values, but y_true has 400"),
        ({"y_pred": {"a": PRED, "b": PRED[1:]}}, r"y_pred\['b'\] has 399 values, but y_true has 400"),
        ({"y_score": np.column_stack([SCORE, SCORE])}, r"y_score has 2 columns without names; pass one, e.g. proba"),
        ({"y_pred": {"a": np.zeros((N, 2))}}, r"y_pred\['a'\] has the shape \(400, 2\)"),
        ({"y_pred": "yes"}, "y_pred must be an array, a Series or a list, not str"),
        ({"y_pred": PRED, "control_features": {"sensitive_feature": SEX}}, "a column 'sensitive_feature', as another"),
        ({"y_score": SCORE, "score_threshold": {"other": 0.5}}, "names 'other', but the scores are 'y_score'"),
        ({"y_score": 10 * SCORE}, "so 0.5 is no threshold"),
        ({"y_pred": ["maybe"] * N}, "Column 'y_pred' has other values than the target"),
        ({}, "There are no decisions to audit"),
    ],
)
def test_what_is_wrong_is_named(arguments, words):
    with pytest.raises(eh.EvenhandError, match=words):
        eh.audit_decisions(Y, sensitive_features=SEX, **arguments)


def test_an_index_in_another_order_is_an_error():
    turned = FRAME["said"].sample(frac=1, random_state=0)
    with pytest.raises(eh.DataError, match="y_pred has the index of y_true in another order"):
        eh.audit_decisions(FRAME["hired"], turned, sensitive_features=FRAME["sex"])
    eh.audit_decisions(Y, turned, sensitive_features=SEX)  # arrays have no order of their own


def test_what_does_not_go_together():
    with pytest.raises(eh.ConfigError, match="no synthetic version can stand beside"):
        eh.audit(FRAME, **ROLES, prediction="said", synthetic=FRAME)
    with pytest.raises(eh.ConfigError, match=r"no column holds decisions\. Pass prediction, or pass score"):
        eh.audit(FRAME, **ROLES, model_column="town")
    with pytest.raises(TypeError, match="unexpected keyword argument 'sample_weights'"):
        eh.audit_decisions(Y, PRED, sensitive_features=SEX, sample_weights=SCORE)
    with pytest.raises(TypeError, match="unexpected keyword argument 'prediction'"):
        eh.run(FRAME, **ROLES, prediction="said")


def test_decisions_are_judged_against_a_reference_outcome_too():
    founded = np.where(RNG.random(N) < 0.2, 1 - Y, Y).astype(float)
    founded[:10] = np.nan
    result = eh.audit_decisions(Y, PRED, sensitive_features=SEX, y_reference=founded)
    frame = result.to_frame().query("protocol == 'model reference' and source == 'y_pred' and positive == '1'")
    found = frame[(frame["metric"] == "tpr") & frame["group"].notna()].set_index("group")["value"]
    for sex in ("f", "m"):
        mine = (SEX[10:] == sex) & (founded[10:] == 1)
        assert found[sex] == pytest.approx(PRED[10:][mine].mean(), abs=1e-12)
    assert "10 of 400 rows have no reference outcome" in frame["note"].iloc[0]
    assert figures(result, "tpr", "y_pred")["f"] == pytest.approx(PRED[(SEX == "f") & (Y == 1)].mean(), abs=1e-12)


def test_a_reference_outcome_of_another_length_is_named():
    with pytest.raises(eh.EvenhandError, match="y_reference has 3 values, but y_true has 400"):
        eh.audit_decisions(Y, PRED, sensitive_features=SEX, y_reference=[1, 0, 1])


def test_sample_weight_is_fairlearns():
    weights = np.round(np.exp(RNG.normal(0, 0.5, N)), 4)
    result = eh.audit_decisions(Y, PRED, sensitive_features=SEX, sample_weight=weights)
    there = MetricFrame(
        metrics={"selection_rate": selection_rate, "tpr": true_positive_rate},
        y_true=Y,
        y_pred=PRED,
        sensitive_features=SEX,
        sample_params={name: {"sample_weight": weights} for name in ("selection_rate", "tpr")},
    )
    for metric in ("selection_rate", "tpr"):
        assert figures(result, metric, "y_pred") == pytest.approx(there.by_group[metric].to_dict(), abs=1e-12)


def test_sample_weight_of_frequencies_and_of_a_column():
    twice = eh.audit(FRAME.assign(w=2), **ROLES, prediction="said", weight="w", weight_kind="frequency")
    once = eh.audit(FRAME, **ROLES, prediction="said")
    for metric in ("tpr", "selection_rate"):
        assert figures(twice, metric, "said") == pytest.approx(figures(once, metric, "said"), abs=1e-12)
    assert twice.to_frame().query("metric == 'selection_rate' and group == 'f'")["n"].iloc[0] == 2 * (SEX == "f").sum()
    with pytest.raises(eh.ConfigError, match="no kind of weights 'odd'"):
        eh.audit_decisions(Y, PRED, sensitive_features=SEX, sample_weight=np.ones(N), weight_kind="odd")
    with pytest.raises(eh.DataError, match="sample_weight has 3 values"):
        eh.audit_decisions(Y, PRED, sensitive_features=SEX, sample_weight=[1, 2, 3])


def test_replicate_weights_widen_the_intervals_of_clustered_people():
    clusters = np.argsort(np.argsort(PRED, kind="stable"), kind="stable") * 10 // N  # people of a cluster are alike
    weights = np.random.default_rng(1).uniform(1, 2, N)
    replicates = weights[:, None] * (clusters[:, None] != np.arange(10)) * 10 / 9
    arrays = {"sensitive_features": SEX, "sample_weight": weights}
    alone = eh.audit_decisions(Y, PRED, **arrays).to_frame()
    drawn = eh.audit_decisions(Y, PRED, **arrays, replicate_weights=replicates, replicate_method="jackknife")
    asked = "metric == 'selection_rate' and group == 'f' and protocol == 'model'"
    first, second = (one.query(asked).iloc[-1] for one in (alone, drawn.to_frame()))
    assert first["value"] == pytest.approx(second["value"], abs=1e-12)
    assert second["high"] - second["low"] > 1.5 * (first["high"] - first["low"])
    frame = FRAME.assign(w=weights).assign(**{f"w{place}": column for place, column in enumerate(replicates.T)})
    keywords = {"weight": "w", "replicate_weights": "w*", "replicate_method": "jackknife"}
    by_name = eh.audit(frame, **ROLES, prediction="said", **keywords).to_frame()
    assert by_name.query(asked).iloc[-1]["high"] == pytest.approx(second["high"])
    with pytest.raises(eh.ConfigError, match="no column of weights"):
        eh.audit_decisions(Y, PRED, sensitive_features=SEX, replicate_weights=replicates, replicate_method="brr")
    with pytest.raises(eh.ConfigError, match="without their method"):
        eh.audit_decisions(Y, PRED, **arrays, replicate_weights=replicates)


@pytest.mark.parametrize(("given", "groups"), [({"sex": "m"}, {"f"}), ("overall", {"f", "m"})])
def test_a_reference_group_is_named_by_attribute_or_is_all_rows(given, groups):
    frame = eh.audit(FRAME, **ROLES, score="risk", reference_group=given).to_frame()
    assert set(frame.loc[frame["protocol"] == "reference_group", "group"]) == groups


def test_frames_by_period():
    before, after = FRAME.iloc[: N // 2], FRAME.iloc[N // 2 :]
    result = eh.audit({"z": before, 2025: after}, **ROLES, prediction="said").to_frame()
    mine = result.query("protocol == 'over_time' and metric == 'selection_rate' and group == 'f' and positive == '1'")
    assert dict(zip(mine["split"], mine["value"], strict=True)) == pytest.approx(
        {name: part.loc[part["sex"] == "f", "said"].mean() for name, part in (("z", before), ("2025", after))}
    )
    with pytest.raises(eh.ConfigError, match="Several files are given, each a period, but no column holds decisions"):
        eh.audit({"a": before, "b": after}, **ROLES)


def test_decisions_over_time_from_arrays():
    years = 2020 + np.arange(N) % 3
    result = eh.audit_decisions(Y, PRED, sensitive_features=SEX, periods=years).to_frame()
    mine = result.query("protocol == 'over_time' and metric == 'selection_rate' and group == 'f' and positive == '1'")
    expected = [PRED[(SEX == "f") & (years == year)].mean() for year in (2020, 2021, 2022)]
    assert list(mine["value"]) == pytest.approx(expected, abs=1e-12)


def test_a_reference_group_goes_with_arrays_too():
    frame = eh.audit_decisions(Y, PRED, sensitive_features={"sex": SEX}, reference_group={"sex": "m"}).to_frame()
    mine = frame.query("protocol == 'reference_group' and metric == 'difference_to_reference:selection_rate'")
    expected = PRED[SEX == "f"].mean() - PRED[SEX == "m"].mean()
    assert mine.query("positive == '1'")["value"].tolist() == pytest.approx([expected], abs=1e-12)


def test_two_columns_of_one_name_are_refused():
    twice = pd.concat([pd.Series(SEX, name="g"), pd.Series(SEX[::-1], name="g")], axis=1)
    with pytest.raises(eh.DataError, match="sensitive_features has more than one column 'g'"):
        eh.audit_decisions(Y, PRED, sensitive_features=twice)


def test_the_shares_denied_are_weighted():
    weights, founded = np.exp(RNG.normal(0, 0.5, N)), np.where(RNG.random(N) < 0.2, 1 - Y, Y)
    result = eh.audit_decisions(Y, PRED, sensitive_features=SEX, y_reference=founded, sample_weight=weights).to_frame()
    found = result.query("metric == 'outcome_denied' and positive == '1'").set_index("group")["value"].dropna()
    for sex in ("f", "m"):
        mine = (sex == SEX) & (founded == 1)
        assert found[sex] == pytest.approx(np.average(Y[mine] == 0, weights=weights[mine]), abs=1e-12)
