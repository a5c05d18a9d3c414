import numpy as np
import pytest

from core.audit.record_set import RecordSet
from core.audit.records import Status
from core.modalities.image.classifier import ClassifierInputs, ImageClassifier
from core.modalities.image.importance import GRID, OCCLUSION, explain_images, occlusion_maps
from tests.core.modalities.image.coloured import SCHEMA, made_run


def squares(count, seed):
    """Noise in which a bright square at the top left or the bottom right is the class."""
    rng = np.random.default_rng(seed)
    labels = np.arange(count) % 2
    pixels = rng.integers(0, 60, (count, 16, 16, 3)).astype(np.uint8)
    for place, label in enumerate(labels):
        corner = slice(2, 6) if label == 0 else slice(10, 14)
        pixels[place, corner, corner] = 250
    return ClassifierInputs(pixels, np.arange(count), np.zeros((count, 0), np.float32)), labels


def test_covering_the_part_that_decides_lowers_the_chance_most():
    model = ImageClassifier(0).fit(*squares(300, 0))
    seen, labels = squares(40, 1)
    falls = occlusion_maps(model, seen)
    assert falls.shape == (40, GRID, GRID)
    for label, inside in ((0, slice(1, 3)), (1, slice(5, 7))):
        mean = np.abs(falls[labels == label].mean(axis=0))
        assert mean[inside, inside].max() == mean.max()


@pytest.fixture(scope="module")
def run():
    return made_run(count=600, seeds=(0,))


def test_the_image_and_the_colour_beside_it_are_shuffled(run):
    found = explain_images(SCHEMA, "original", run.train, run.train, run.holdout)
    assert [record.metric for record in found.records] == [
        "shuffle_effect:image",
        "shuffle_drop:image",
        "shuffle_effect:color",
        "shuffle_drop:color",
    ]
    for record in found.records:
        assert record.low <= record.value <= record.high
    assert RecordSet(found.records).one(metric="shuffle_drop:image").value > 0.5
    assert list(found.occlusion.columns) == OCCLUSION
    assert found.occlusion["fall"].between(-1, 1).all()
    singles = [name for name in found.occlusion["image"].unique() if name]
    assert len(singles) == 4
    assert set(singles) <= set(run.holdout.frame["file"])


def test_rows_of_one_outcome_explain_nothing(run):
    some = run.train.frame[run.train.frame["digit"] != "3"]
    found = explain_images(SCHEMA, "original", run.train.with_frame(some), run.train, run.holdout)
    assert {record.status for record in found.records} == {Status.UNDEFINED}
    assert found.occlusion.empty
