"""An audit's classifiers learn from a sample of a large table; everything else is of all rows."""

from __future__ import annotations

import numpy as np
import pytest

from core.audit.data_kind import Tabular
from core.audit.inputs import AuditInput
from core.audit.learned_rows import learned_positions
from core.audit.record_set import RecordSet
from core.audit.run import audit
from core.data.examples import Examples
from core.data.groups import group_labels, target_labels
from core.data.holdout_split import split
from core.data.sources.demo import demo_table

MOST = 200
NOTE = "The classifiers learned from 200 of the 480 rows"


@pytest.fixture(scope="module")
def inputs() -> AuditInput:
    table = demo_table(rows=600, seed=0)
    parts = split(table, seed=0)
    theirs = Examples(parts.train.sample(480, random_state=1, ignore_index=True))
    return AuditInput(
        table.schema, Examples(parts.train), Examples(parts.holdout), {"theirs": theirs}, seeds=(0,), refits=1
    )


@pytest.fixture(scope="module")
def sampled(inputs: AuditInput) -> RecordSet:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Tabular, "most_learned", MOST)
        return RecordSet(audit(inputs))


def test_who_learns_from_a_sample_says_so(sampled: RecordSet) -> None:
    for letter in "ABD":
        for source in ("original", "theirs"):
            (accuracy, *_) = sampled.where(protocol=letter, source=source, metric="accuracy")
            assert NOTE in accuracy.note
    assert not any(NOTE in one.note for one in sampled.where(protocol=("data", "fidelity", "privacy")))


def test_figures_that_need_no_classifier_are_of_all_rows(inputs: AuditInput, sampled: RecordSet) -> None:
    frame, schema = inputs.sources["theirs"].frame, inputs.schema
    name, labels = schema.sensitive[0], target_labels(frame, schema)
    groups = group_labels(frame, schema, [name])
    rates = sampled.where(
        protocol="data", metric="base_rate", source="theirs", sensitive=name, positive=schema.positive
    )
    assert {one.group: one.n for one in rates} == {one: (groups == one).sum() for one in set(groups)}
    assert {one.group: one.value for one in rates} == pytest.approx(
        {one: labels[groups == one].mean() for one in set(groups)}
    )


def test_every_tested_row_is_judged(inputs: AuditInput, sampled: RecordSet) -> None:
    (accuracy, *_) = sampled.where(protocol="A", source="theirs", metric="accuracy", split="holdout")
    assert accuracy.n == len(inputs.holdout.frame)


def test_a_sample_has_the_outcomes_and_groups_of_the_table(inputs: AuditInput) -> None:
    frame, schema = inputs.train.frame, inputs.schema
    kept = learned_positions(frame, schema, MOST)
    assert len(kept) == MOST
    cells = np.array(
        [
            f"{y} {g}"
            for y, g in zip(target_labels(frame, schema), group_labels(frame, schema, schema.sensitive), strict=True)
        ]
    )
    for cell in np.unique(cells):
        assert (cells[kept] == cell).sum() == pytest.approx((cells == cell).sum() * MOST / len(cells), abs=1)


def test_a_small_table_is_learned_whole(inputs: AuditInput) -> None:
    frame = inputs.train.frame
    for most in (len(frame), None):
        assert learned_positions(frame, inputs.schema, most).tolist() == list(range(len(frame)))
