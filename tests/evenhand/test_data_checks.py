"""The checks of the data in Python."""

import numpy as np
import pandas as pd
import pytest

import evenhand as eh

N = 200
RNG = np.random.default_rng(7)
ROLES = {"target": "hired", "positive": True, "sensitive": "sex"}
HIRED = RNG.random(N) < 0.5
FRAME = pd.DataFrame(
    {
        "sex": RNG.choice(["f", "m", "M"], N),
        "base": RNG.integers(1_000, 5_000, N),
        "bonus": RNG.integers(1, 500, N),
        "letter": np.where(HIRED, "offer", "regret"),
        "hired": HIRED,
    }
).assign(total=lambda frame: frame["base"] + frame["bonus"])


def test_findings_and_relations_one_a_row():
    found = eh.check_data(FRAME, **ROLES)
    assert found["check"].tolist()[:2] == ["spellings", "giveaway"]
    assert ["refuse:total = base + bonus"] in found["apply"].tolist()
    assert "giveaway" not in eh.check_data(FRAME, **ROLES, trains=False)["check"].tolist()
    assert eh.check_data(FRAME[["sex", "hired"]].replace("M", "m"), **ROLES).empty
    with pytest.raises(TypeError, match="unexpected keyword argument 'rows'"):
        eh.check_data(FRAME, **ROLES, rows=3)


def test_what_is_applied_changes_the_audit_and_not_the_frame():
    before = FRAME.copy()
    result = eh.audit(FRAME, **ROLES, pictures="none", apply=["merge:sex", "exclude:letter"])
    assert FRAME.equals(before)
    assert result.data_checks.empty
    assert len(set(result.to_frame()["group"].dropna())) == 2
    assert any("Decided after a check of the data" in note for note in result.notes)
    undecided = eh.audit(FRAME, **ROLES, pictures="none", apply="merge:sex").data_checks
    assert undecided["apply"].tolist() == [["exclude:letter"]]
