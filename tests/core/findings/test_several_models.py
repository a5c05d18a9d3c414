"""A report on several models: the primary question, and models that decide alike."""

import numpy as np
import pandas as pd
import pytest

from core.audit.model_decisions import DecisionsInput, audit_decisions
from core.data.column import Column
from core.data.model_decisions import Decisions
from core.data.schema import Schema
from core.findings.conclusions import conclude
from core.findings.evidence import Evidence
from core.findings.overview import overview

SCHEMA = Schema(
    columns=(Column(name="y", kind="integer", role="target"), Column(name="sex", kind="categorical", role="sensitive")),
    positive="1",
    favorable="positive",
)
N = 600
RNG = np.random.default_rng(0)
SEX = np.where(np.arange(N) % 2 == 0, "f", "m")
FRAME = pd.DataFrame({"y": pd.array(RNG.integers(0, 2, N), "Int64"), "sex": pd.array(SEX, "str")})
FEWER_WOMEN = (RNG.random(N) < np.where(SEX == "f", 0.2, 0.6)).astype(np.int8)
FEWER_MEN = (RNG.random(N) < np.where(SEX == "m", 0.2, 0.6)).astype(np.int8)


def records(**models):
    decided = [Decisions(name, np.arange(N), None, selected) for name, selected in models.items()]
    return audit_decisions(DecisionsInput(SCHEMA, FRAME, decided))


@pytest.mark.parametrize("names", [("z", "a"), ("a", "z")])
def test_the_primary_question_is_of_the_model_that_was_named_first(names):
    conclusions = conclude(records(**dict(zip(names, (FEWER_WOMEN, FEWER_MEN), strict=True))), SCHEMA)
    (primary,) = [one for one in conclusions.findings if one.claim.primary]
    assert primary.claim.figure.source == names[0]
    assert f"whether “{names[0]}” decides" in conclusions.statement


def test_models_that_decide_alike_are_told_once_with_both_names():
    found = records(z=FEWER_WOMEN, a=FEWER_WOMEN, other=FEWER_MEN)
    evidence = Evidence(found, SCHEMA)
    assert (evidence.products, evidence.alike, evidence.told) == (("z", "a", "other"), {"a": "z"}, ("z", "other"))
    text = " ".join(conclude(found, SCHEMA).sentences)
    assert "“a” decides as “z” does, counted in every group" in text
    assert "In the decisions of “z”, mistakes differ" in text
    assert "In the decisions of “other”, mistakes differ" in text
    assert "In the decisions of “a”" not in text


def test_models_that_differ_in_one_decision_are_told_apart():
    almost = FEWER_WOMEN.copy()
    almost[0] = 1 - almost[0]
    assert Evidence(records(z=FEWER_WOMEN, a=almost), SCHEMA).alike == {}


def test_requirements_hold_of_every_model_also_of_those_that_decide_alike():
    found = conclude(records(z=FEWER_WOMEN, a=FEWER_WOMEN), SCHEMA)
    assert {one.claim.figure.source for one in found.of("error_rates")} == {"z", "a"}


def harsh_to_women():
    decided = FRAME["y"].to_numpy(dtype=np.int8).copy()
    decided[(SEX == "f") & (RNG.random(N) < 0.5)] = 0
    return decided


def at_a_glance(**models):
    (sex,), steps = (found := overview(conclude(records(**models), SCHEMA))).attributes, found.next
    return sex.sentences, next(one for one in steps if one.startswith("By sex"))


def test_a_model_with_a_surely_larger_gap_is_told_and_the_other_preferred_if_as_often_right():
    said, step = at_a_glance(new=harsh_to_women(), old=(FRAME["y"] ^ (RNG.random(N) < 0.1)).to_numpy(dtype=np.int8))
    assert any(one.startswith("“new” has a larger gap than “old”: ") for one in said)
    assert step.startswith(
        "By sex, weigh “old” in place of “new”: its gap is smaller, and it is not shown to be right less"
    )


def test_of_models_with_gaps_of_about_the_same_size_none_is_preferred():
    said, step = at_a_glance(z=FEWER_WOMEN, a=FEWER_MEN)
    assert not any("larger gap" in one for one in said)
    assert step.startswith("By sex, look for a threshold or a model")


def test_a_model_that_is_right_less_often_is_not_preferred():
    mostly_random = np.where(RNG.random(N) < 0.3, FRAME["y"], RNG.random(N) < 0.5).astype(np.int8)
    said, step = at_a_glance(right=harsh_to_women(), random=mostly_random)
    assert any(one.startswith("“right” has a larger gap than “random”: ") for one in said)
    assert step.startswith("By sex, look for a threshold or a model")
