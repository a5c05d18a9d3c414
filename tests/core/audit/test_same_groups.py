"""Every source is compared by the same groups."""

import numpy as np
import pandas as pd
import pytest

from core.audit.record_set import RecordSet
from core.audit.records import Status
from core.audit.run import audit
from core.downstream_classifiers import random_forest
from tests.core.audit.tables import SCHEMA, people, table_input


def with_sexes(frame, shares, seed=0):
    rng = np.random.default_rng(seed)
    return frame.assign(sex=pd.array(rng.choice(list(shares), len(frame), p=list(shares.values())), dtype="str"))


TRAIN = with_sexes(people(500), {"f": 0.45, "m": 0.35, "x": 0.13, "z": 0.07})
HOLDOUT = with_sexes(people(200, 1), {"f": 0.45, "m": 0.4, "x": 0.1, "z": 0.05}, 1)


@pytest.fixture(autouse=True)
def small_forest(monkeypatch):
    monkeypatch.setattr(random_forest, "TREES", 5)


def test_every_source_is_compared_by_the_same_groups():
    few = pd.concat([TRAIN[TRAIN["sex"] != "x"], TRAIN[TRAIN["sex"] == "x"][:10]], ignore_index=True)
    more = with_sexes(TRAIN, {"f": 0.4, "m": 0.3, "x": 0.1, "z": 0.1, "new": 0.1})
    sources = {"lost": TRAIN[TRAIN["sex"] != "x"], "few": few, "more": more}
    found = RecordSet(audit(table_input(SCHEMA, TRAIN, HOLDOUT, sources, seeds=(0,)))).where(
        sensitive="sex", positive=(None, "yes")
    )
    data = found.where(metric="demographic_parity_difference", protocol="data")
    lost, small, original, larger = (
        data.one(source=name, split=split)
        for name, split in (("lost", "all"), ("few", "all"), ("original", "train"), ("more", "all"))
    )
    assert (lost.value, lost.status) == (None, Status.UNDEFINED)
    assert "no row here belongs to 'x'" in lost.note
    assert small.status is Status.SMALL_N
    assert "fewer than 30 rows here: 'x'" in small.note
    assert original.status is Status.OK
    assert larger.n == sum(more["sex"] != "new")
    assert "fewer than 30 real rows: 'new'" in larger.note
    new = found.one(source="more", protocol="data", metric="base_rate", group="new")
    assert new.status is Status.SMALL_N
    for name in ("original", "lost", "few", "more"):  # all classifiers are tested on the same rows
        tested = found.one(source=name, protocol="A", metric="demographic_parity_difference")
        assert tested.n == HOLDOUT["sex"].isin(["f", "m"]).sum()
        assert "'x', 'z'" in tested.note
