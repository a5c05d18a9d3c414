"""Everything that is found in a table, and the changes that are asked for by name."""

import re

import numpy as np
import pandas as pd
import pytest

from core.data.checks.check import NAMES, check_data
from core.data.relations.found import find_relations
from core.data.sources.load import load
from core.errors import ConfigError, SchemaError

N = 200
RNG = np.random.default_rng(3)
ROLES = {"target": "hired", "positive": "yes", "sensitive": ["sex"]}


def table():
    hired = RNG.choice(["yes", "no"], N)
    frame = pd.DataFrame(
        {
            "sex": RNG.choice(["Female", "Male", "male", "unknown"], N, p=[0.5, 0.4, 0.05, 0.05]),
            "base": RNG.integers(1_000, 9_000, N),
            "bonus": RNG.integers(1, 900, N),
            "letter": np.where(hired == "yes", "offer", "regret"),
            "fnlwgt": RNG.normal(100, 10, N).round(2),
            "country": "DE",
            "person_id": [f"A{row}" for row in range(N)],
            "hired": hired,
        }
    ).assign(total=lambda frame: frame["base"] + frame["bonus"])
    frame.loc[:5, "sex"] = None
    return pd.concat([frame, frame.iloc[:20]], ignore_index=True)


FRAME = table()


def names(dataset, **options):
    issues = check_data(dataset.frame, dataset.schema, **options)
    return [edit.name for issue in issues for edit in issue.remedies]


def test_the_gravest_comes_first_and_what_is_decided_is_not_found_again():
    found = names(load(FRAME, **ROLES))
    assert found == [
        *("merge:sex", "exclude:letter", "drop-duplicates", "exclude:fnlwgt", "drop-missing:sex", "mark-missing:sex"),
        *("exclude:country", "use:person_id"),
    ]
    done = load(FRAME, **ROLES, apply=[name for name in found if name != "use:person_id"])
    assert names(done) == ["use:person_id"]
    assert len(done.frame) == len(FRAME.drop_duplicates().query("sex != 'unknown'").dropna())
    assert sorted(change.edit.name for change in done.changes) == sorted(found[:-1])


def test_where_decisions_are_audited_nothing_is_said_of_learning():
    assert names(load(FRAME, **ROLES), trains=False) == [
        *("merge:sex", "drop-duplicates", "weight:fnlwgt", "drop-missing:sex", "mark-missing:sex")
    ]
    assert "weight:fnlwgt" not in names(load(FRAME, **ROLES), trains=False, weighted=True)


def test_changes_reach_the_hold_out_and_are_counted_there_too():
    rows = FRAME.iloc[:40]
    done = load(FRAME.iloc[20:], **ROLES, holdout=rows, apply=["merge:sex", "drop-missing:sex"])
    assert not done.holdout["sex"].isna().any()
    assert set(done.holdout["sex"]) <= {"Female", "Male", "unknown"}
    assert all(0 <= change.held <= change.rows for change in done.changes)
    assert any("to learn from and" in change.sentence for change in done.changes)
    assert all(change.held is None for change in load(FRAME, **ROLES, apply=["merge:sex"]).changes)
    assert done.changes[1].rows == int(FRAME.iloc[20:]["sex"].isna().sum() + rows["sex"].isna().sum())


def test_the_positive_value_is_found_in_what_was_merged():
    frame = FRAME.assign(hired=FRAME["hired"].where(np.arange(len(FRAME)) % 10 > 0, FRAME["hired"].str.upper()))
    done = load(frame, target="hired", sensitive=["sex"], apply=["merge:hired"])
    assert done.schema.positive == "yes"
    assert set(done.frame["hired"]) == {"yes", "no"}


def test_an_identifier_can_be_used():
    done = load(FRAME.assign(customer_id=np.arange(len(FRAME))), **ROLES)
    assert "use:customer_id" in names(done)
    done = load(FRAME.assign(customer_id=np.arange(len(FRAME))), **ROLES, apply=["use:customer_id"])
    assert "customer_id" in done.schema.features
    assert str(done.frame["customer_id"].dtype) == "Int64"
    rows = FRAME.assign(customer_id=np.arange(len(FRAME)))
    done = load(rows, **ROLES, holdout=rows.iloc[:30], apply=["use:customer_id"])
    assert str(done.holdout["customer_id"].dtype) == "Int64"


def test_a_refused_relation_is_kept_no_longer():
    data = load(FRAME, **ROLES)
    texts = [one.text for one in find_relations(data.frame, data.schema)]
    assert "total = base + bonus" in texts
    done = load(FRAME, **ROLES, apply=["refuse:total = base + bonus"])
    assert "total = base + bonus" not in [one.text for one in find_relations(done.frame, done.schema)]


@pytest.mark.parametrize(
    ("name", "error", "words"),
    [
        ("merge", ConfigError, re.escape(NAMES)),
        ("merge:country", ConfigError, "finds nothing to do in column 'country'"),
        ("mark-missing:base", ConfigError, "finds nothing to do"),
        ("refuse:a = b", ConfigError, "'total = base \\+ bonus'"),
        ("weight:fnlwgt", ConfigError, "given as the weight"),
        ("exclude:town", SchemaError, "no column 'town'"),
        ("exclude:sex", SchemaError, "a sensitive column, so it cannot be left out"),
    ],
)
def test_what_cannot_be_done_is_refused_with_what_can(name, error, words):
    with pytest.raises(error, match=words):
        load(FRAME, **ROLES, apply=[name])


def test_a_clean_table_has_nothing_to_decide():
    demo = load("demo", rows=1_000)
    assert check_data(demo.frame, demo.schema) == []
