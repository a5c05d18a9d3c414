from dataclasses import replace

import numpy as np
import pytest

from core.audit.protocols.holdout_evaluator import HoldoutEvaluator
from core.audit.protocols.tabular import ONE_CLASS, measure
from core.audit.record_set import RecordSet
from core.audit.records import Status
from core.data.column import Column, Kind
from core.errors import DataError, SchemaError
from core.modalities.image.protocols import fit_within_images, on_images
from tests.core.modalities.image.coloured import SCHEMA, made_run

RUN = made_run(count=700, seeds=(0,))
TRAIN, HELD = RUN.train, RUN.holdout
BENCH = HoldoutEvaluator(HELD.frame, SCHEMA, ("3", "not 3"))


def fitted(*, with_sensitive, rows=TRAIN, schema=SCHEMA):
    return on_images(schema, "original", rows, TRAIN, HELD, with_sensitive=with_sensitive)


def test_the_classifier_sees_the_colour_beside_the_image_only_under_a():
    a, b = fitted(with_sensitive=True), fitted(with_sensitive=False)
    assert a.side_columns == (("color", 10),)
    assert a.train.side_features.sum(axis=1).tolist() == [1.0] * len(TRAIN.frame)
    assert b.train.side_features.shape == (len(TRAIN.frame), 0)
    assert (a.protocol, b.protocol, b.flips) == ("A", "B", None)


def test_one_network_gives_the_class_and_the_score_of_the_positive_one():
    fit = fitted(with_sensitive=True)
    answers = fit.predict(0, direct=True)
    assert answers.scores.shape == answers.classes.shape == (len(HELD.frame),)
    assert answers.copies.shape == (len(fit.flips.replacements) * len(HELD.frame),)
    assert (answers.classes[answers.scores >= 0.5] == "3").all()


def test_figures_over_all_classes_stand_beside_those_of_the_positive_one():
    found = measure(fitted(with_sensitive=True), BENCH, 0, direct=True)
    assert RecordSet(found.records).one(metric="multiclass_accuracy", sensitive=None).value > 0.5
    assert RecordSet(found.records).one(metric="multiclass_accuracy_difference", sensitive="color").value > 0
    assert 0 < found.direct[0].value < 0.5
    assert found.correct.shape == (len(HELD.frame),)


def test_rows_keep_their_images_whatever_order_they_stand_in():
    fit = fitted(with_sensitive=False)
    turned = fitted(with_sensitive=False, rows=TRAIN.with_frame(TRAIN.frame.iloc[::-1]))
    assert np.array_equal(turned.train.images(), fit.train.images()[::-1])


def test_one_outcome_only_is_not_learned_from():
    some = TRAIN.frame[TRAIN.frame["digit"] != "3"]
    fit = fitted(with_sensitive=True, rows=TRAIN.with_frame(some))
    assert fit.why_untrainable() == ONE_CLASS
    found = measure(fit, BENCH, 0)
    assert {record.status for record in found.records} == {Status.UNDEFINED}


def test_within_a_source_both_parts_have_images():
    fit = fit_within_images(SCHEMA, "original", TRAIN)
    assert len(fit.train) + len(fit.test) == len(TRAIN.frame)
    assert fit.split == "source"
    assert set(fit.train_classes) == {str(digit) for digit in range(10)}
    assert fit.predict(0, direct=False).classes is None
    assert fit_within_images(SCHEMA, "original", TRAIN.with_frame(TRAIN.frame.head(8))) is None


def test_a_row_without_an_image_and_a_table_without_image_column_are_refused():
    odd = TRAIN.frame.assign(file="nowhere")
    with pytest.raises(DataError, match="no image 'nowhere'"):
        fitted(with_sensitive=False, rows=TRAIN.with_frame(odd))
    plain = SCHEMA.replaced(columns=(Column(name="file", kind=Kind.IDENTIFIER, role="ignored"), *SCHEMA.columns[1:]))
    with pytest.raises(SchemaError, match="No column names images"):
        fitted(with_sensitive=False, schema=plain)


def test_no_sensitive_column_leaves_the_image_alone():
    blind = SCHEMA.edited("color", role="ignored")
    fit = fitted(with_sensitive=True, schema=blind)
    assert fit.train.side_features.shape[1] == 0
    assert fit.flips is None
    assert replace(fit, flips=None).predict(0, direct=True).copies.shape == (0,)
