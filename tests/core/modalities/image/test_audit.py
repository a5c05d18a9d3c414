from dataclasses import replace

import numpy as np
import pytest

from core.audit.metrics.catalog import PAIRED
from core.audit.record_set import RecordSet
from core.audit.run import audit
from core.data.examples import Examples
from core.data.images import Images
from core.errors import DataError
from tests.core.modalities.image.coloured import made_run


@pytest.fixture(scope="module")
def run():
    return made_run(count=600, seeds=(0,))


@pytest.fixture(scope="module")
def records(run):
    return audit(replace(run, sources={"synthetic": run.sources["synthetic"]}, latents={}))


def test_images_have_the_protocols_and_families_of_a_table(records):
    seen = {(record.source, record.protocol) for record in records}
    for source in ("original", "synthetic"):
        assert {(source, name) for name in ("data", "A", "B", "D", "fidelity", "privacy", "independence")} <= seen
    assert {("synthetic", "change"), ("synthetic", "change B"), ("synthetic", "generators")} <= seen
    assert not any("embedding" in record.metric for record in records)
    assert not any(record.metric.startswith("proxy") for record in records)


def test_no_figure_stands_twice_and_values_lie_in_their_intervals(records):
    keys = [(r.source, r.protocol, r.metric, r.sensitive, r.group, r.positive, r.seed, r.split) for r in records]
    assert len(keys) == len(set(keys))
    assert all(r.low <= r.value <= r.high for r in records if r.low is not None)


def test_colours_drawn_anew_lift_accuracy_over_all_classes(records):
    where = {"metric": "multiclass_accuracy", "sensitive": None, "seed": 0}
    before, after = (RecordSet(records).one(source=name, protocol="A", **where) for name in ("original", "synthetic"))
    assert after.value > before.value + 0.1
    changed = RecordSet(records).one(source="synthetic", protocol="change", seed=None, metric="multiclass_accuracy")
    assert 0 < changed.low < changed.value < changed.high
    assert {r.metric for r in RecordSet(records).where(protocol="change")} == {*PAIRED, "selection_rate", "tpr", "fpr"}


def test_copied_images_are_counted_by_their_pixels(run, records):
    copied = RecordSet(records).one(source="synthetic", metric="image_copies").value
    same = (run.sources["synthetic"].frame["color"] == run.train.frame["color"]).mean()
    assert copied == pytest.approx(same, abs=0.01)
    assert RecordSet(records).one(source="original", metric="image_copies").value == 0


def test_looks_tell_the_groups_and_labels_are_compared_as_columns(records):
    assert RecordSet(records).one(source="original", metric="rows_adversary_auc").value > 0.95
    shapes = {r.metric for r in RecordSet(records).where(source="synthetic", protocol="fidelity") if ":" in r.metric}
    assert shapes == {"column_shape:digit", "column_shape:color"}


def test_a_source_without_images_or_with_too_few_is_refused(run):
    bare = Examples(run.sources["synthetic"].frame)
    with pytest.raises(DataError, match="rows of 'synthetic' have no images"):
        audit(replace(run, sources={"synthetic": bare}))
    few = Images(["one"], np.zeros((1, 16, 16, 3), np.uint8))
    with pytest.raises(DataError, match="There is no image 'm0-0'"):
        audit(replace(run, sources={"synthetic": Examples(bare.frame, few)}))
    with pytest.raises(DataError, match="rows of draw 0 of 'synthetic' have no images"):
        audit(replace(run, draws={"synthetic": {0: bare}}))
