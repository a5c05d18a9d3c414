"""Thresholds from a notebook."""

import numpy as np
import pandas as pd
import pytest

import evenhand as eh
from tests.core.audit.thresholds.made import NAMES, rows

MADE = rows(1500)
FRAME = pd.DataFrame({"group": np.asarray(NAMES)[MADE.grouping.codes], "y": MADE.labels, "risk": MADE.scores})
ROLES = {"target": "y", "positive": 1, "sensitive": "group"}


def test_the_result_is_frames():
    found = eh.thresholds(FRAME, score={"risk": 0.4}, **ROLES)
    assert set(found.thresholds["group"]) == {*NAMES, "(all groups)", "(all other groups)"}
    assert found.prices["accuracy"].between(0.4, 1).all()
    assert (found.prices["accuracy_low"] <= found.prices["accuracy"]).all()
    assert found.groups["n"].max() < 750
    assert set(found.alternatives["model"]) == {"risk"}


def test_the_same_seed_gives_the_same_thresholds_and_another_one_others():
    first, again, other = (eh.thresholds(FRAME, score="risk", seed=seed, **ROLES).thresholds for seed in (1, 1, 2))
    pd.testing.assert_frame_equal(first, again)
    assert not first["threshold"].equals(other["threshold"])


@pytest.mark.parametrize(("options", "said"), [({"tolerance": 2}, "between 0 and 1"), ({"confidence": 7}, "onfidence")])
def test_bad_settings_are_said(options, said):
    with pytest.raises(eh.EvenhandError, match=said):
        eh.thresholds(FRAME, score="risk", **ROLES, **options)


def test_an_unknown_keyword_is_an_error():
    with pytest.raises(TypeError, match="thresholds"):
        eh.thresholds(FRAME, score="risk", tolerence=0.1, **ROLES)


def test_a_result_shows_what_rules_cost_and_no_raw_frames():
    named = FRAME.rename(columns={"risk": "<risk>"})
    found = eh.thresholds(named, score={"<risk>": 0.4}, **ROLES)
    text = repr(found)
    assert "What each rule costs, <risk>, group" in text
    assert "equal selection rates" in text
    assert "Frames: thresholds, prices, groups, alternatives." in text
    assert len(text.splitlines()) < 20
    html = found._repr_html_()
    assert "&lt;risk&gt;" in html
    assert "<risk>" not in html


def test_reversed_scores_are_said():
    turned = FRAME.assign(risk=1 - FRAME["risk"])
    assert any("below the others: AUC" in note for note in eh.thresholds(turned, score="risk", **ROLES).notes)
    assert not any("AUC" in note for note in eh.thresholds(FRAME, score="risk", **ROLES).notes)
