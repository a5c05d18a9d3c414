import numpy as np
import pandas as pd
import pytest

from core.audit.model_decisions import DecisionsInput, audit_decisions
from core.data.column import Column
from core.data.decision_columns import DecisionColumn
from core.data.model_decisions import read_decisions
from core.data.schema import Schema
from core.findings.conclusions import conclude

ROWS = 1_500
RNG = np.random.default_rng(0)
GROUP = RNG.choice(list("abc"), ROWS)
SCHEMA = Schema(
    columns=(
        Column(name="origin", kind="categorical", role="sensitive"),
        Column(name="y", kind="integer", role="target"),
    ),
    positive="1",
    favorable="positive",
)


def audited(missing):
    outcome = RNG.random(ROWS) < 0.4
    chosen = RNG.random(ROWS) < np.where(GROUP == "a", 0.6, 0.3)
    frame = pd.DataFrame({"y": outcome.astype(int), "chosen": pd.Series(chosen.astype(int)).mask(missing), "g": GROUP})
    frame = frame.rename(columns={"g": "origin"})
    models = read_decisions(frame, SCHEMA, [DecisionColumn("chosen")])
    records = audit_decisions(DecisionsInput(SCHEMA, frame, models))
    return [one for one in conclude(records, SCHEMA).of("missing_decisions") if one.sentence]


def test_the_rates_of_the_others_are_told_where_a_group_has_no_decision():
    (one,) = audited(GROUP == "c")
    assert one.sentence.startswith("“chosen” has no decision for 1000 of 1,000 c and for 0 of 1,000 ")
    assert "Of those with a decision, " in one.sentence
    told = float(one.sentence.split("with a decision, ")[1].split(" of 1,000 b")[0])
    assert told == pytest.approx(300, abs=60)
    assert one.claim.withholds == {("chosen", "origin")}


def test_decisions_that_are_missing_alike_in_all_groups_are_not_told():
    assert not audited(RNG.random(ROWS) < 0.1)
