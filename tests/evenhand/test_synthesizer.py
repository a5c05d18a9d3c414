"""`FairSynthesizer` keeps scikit-learn's conventions, and gives rows as the frame had them."""

import copy
import pickle

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

import evenhand as eh

OPTIONS = {"epochs": 2, "device": "cpu", "generator_draws": 1, "audit_seeds": (0,), "pictures": "none"}


@pytest.fixture(scope="module")
def frame():
    """A table with labels and dtypes of every sort."""
    found = eh.load("demo", rows=400).frame.rename(columns={"age": 7})
    found["approved"] = found["approved"] == "yes"
    found["sex"] = pd.Categorical(found["sex"], ["female", "male", "other"])
    found["late_payments"] = found["late_payments"].fillna(0).astype("int16")
    found["row"] = np.arange(len(found))
    return found.set_index("row", drop=False)


def synthesizer(**changes):
    asked = {"target": "approved", "positive": True, "sensitive": ["sex"], "preset": "fast", "options": OPTIONS}
    return eh.FairSynthesizer(**{**asked, **changes})


@pytest.fixture(scope="module")
def fitted(frame):
    return synthesizer().fit(frame)


def test_parameters_are_set_cloned_and_shown():
    made = synthesizer()
    assert made.get_params()["target"] == "approved"
    assert clone(made).get_params() == made.get_params()
    assert made.set_params(random_state=3).random_state == 3
    assert "target='approved'" in repr(made)


def test_rows_come_before_fit_never(tmp_path):
    for ask in (lambda made: made.sample(3), lambda made: made.audit(), lambda made: made.save(tmp_path / "x")):
        with pytest.raises(NotFittedError):
            ask(synthesizer())


def test_rows_have_the_labels_and_dtypes_of_the_frame(fitted, frame):
    rows = fitted.sample(50, random_state=1)
    assert rows.columns.tolist() == frame.columns.tolist()
    different = rows.dtypes[rows.dtypes != frame.dtypes]
    assert different.empty
    assert rows["sex"].cat.categories.tolist() == ["female", "male", "other"]
    assert rows.index.tolist() == list(range(50))


def test_same_number_same_rows(fitted, frame):
    pd.testing.assert_frame_equal(fitted.sample(20, random_state=5), fitted.sample(20, random_state=np.int32(5)))
    pd.testing.assert_frame_equal(fitted.sample(20), fitted.sample(20, random_state=0))
    assert not fitted.sample(20, random_state=5).equals(fitted.sample(20, random_state=6))
    again = clone(fitted).fit(frame)
    pd.testing.assert_frame_equal(fitted.sample(20), again.sample(20))


def test_shares_and_groups(fitted):
    assert set(fitted.sample(20, group="male")["sex"]) == {"male"}
    shares = fitted.sample(100, proportions={"male": 0.25})["sex"].value_counts(normalize=True)
    assert shares["male"] == pytest.approx(0.25, abs=0.02)
    assert len(fitted.sample(20, repair_level=0.0)) == 20
    with pytest.raises(eh.ConfigError):
        fitted.sample(0)
    with pytest.raises(eh.ConfigError):
        fitted.sample(10, group="nobody")


def test_attributes_end_in_an_underscore(fitted, frame):
    assert fitted.n_features_in_ == frame.shape[1]
    assert not hasattr(fitted, "feature_names_in_")  # one label is no text
    assert fitted.schema_.target == "approved"
    assert fitted.folder_.is_dir()


def test_it_is_saved_and_loaded_without_a_pickle(fitted, tmp_path):
    path = fitted.save(tmp_path / "kept")
    loaded = eh.FairSynthesizer.load(path)
    pd.testing.assert_frame_equal(loaded.sample(30, random_state=4), fitted.sample(30, random_state=4))
    assert loaded.get_params()["target"] == "approved"
    assert not list(path.rglob("*.pkl"))
    with pytest.raises(eh.RunError, match="exists already"):
        fitted.save(path)
    with pytest.raises(TypeError, match="not pickled"):
        pickle.dumps(fitted)
    assert copy.deepcopy(fitted).sample(3).equals(fitted.sample(3))


def test_what_was_learned_can_be_audited(fitted, frame):
    before = fitted.sample(10)
    result = fitted.audit()
    assert {"original", "synthetic"} <= set(result.to_frame()["source"])
    assert len(result.synthetic) == 320
    pd.testing.assert_frame_equal(fitted.sample(10), before)
    pd.testing.assert_frame_equal(fitted.audit().to_frame(), result.to_frame())


@pytest.mark.slow
def test_rows_to_test_on_may_be_given(frame):
    made = synthesizer().fit(frame.iloc[:300], holdout=frame.iloc[300:])
    assert len(made.audit().synthetic) == 300


def test_bad_settings_are_refused_in_fit_not_before(frame):
    for wrong in ({"preset": "slow"}, {"random_state": -1}, {"random_state": None}, {"options": {"epochs": 0}}):
        made = synthesizer(**wrong)
        with pytest.raises(eh.ConfigError):
            made.fit(frame)
    with pytest.raises(TypeError, match="unexpected keyword argument 'colour'"):
        synthesizer(options={"colour": 1}).fit(frame)
    with pytest.raises(eh.ConfigError, match=r"makes no rows\. Pass another method") as found:
        synthesizer(method="lfr", options={}).fit(frame)
    assert found.value.field == "method"


@pytest.mark.slow
def test_a_compared_method_makes_rows_too(frame):
    made = synthesizer(method="tabfairgan", options={"device": "cpu", "generator_draws": 1}).fit(frame)
    assert (made.sample(20).dtypes == frame.dtypes).all()


@pytest.mark.slow
def test_the_reference_outcome_is_judged_by_and_never_made(tmp_path):
    table = eh.load("demo", rows=300)
    made = eh.FairSynthesizer(**table.roles, preset="fast", options=OPTIONS).fit(table.frame)
    assert list(made.sample(3)) == [name for name in table.frame if name != "deserved"]
    assert "A reference" in set(made.audit().to_frame()["protocol"])
    assert eh.FairSynthesizer.load(made.save(tmp_path / "kept")).reference == "deserved"
