import numpy as np
import pytest
import torch

from core.modalities.image.classifier import MAX_SIDE, ClassifierInputs, ImageClassifier
from tests.core.modalities.image.coloured import colours, grey_digits, rows


def coloured(bias, chosen):
    """Views and digits of some of the digits."""
    grey, digits = grey_digits()
    images = rows(grey[chosen], digits[chosen], colours(digits[chosen], bias, 3), "x").attachments
    count = len(images.pixels)
    return ClassifierInputs(images.pixels, np.arange(count), np.zeros((count, 0), np.float32)), digits[chosen]


TRAIN, TESTED = slice(0, 1437), slice(1437, None)


def accuracy(bias):
    model = ImageClassifier(0).fit(*coloured(bias, TRAIN))
    seen, digits = coloured(0.0, TESTED)
    return float((model.predict_proba(seen).argmax(axis=1) == digits).mean())


def test_it_learns_digits_and_shows_the_bias_of_their_colours():
    fair, biased = accuracy(0.1), accuracy(0.9)
    assert fair >= 0.97
    assert biased <= fair - 0.03


def test_the_same_seed_answers_the_same_and_leaves_torch_as_it_was():
    seen, digits = coloured(0.5, slice(0, 200))
    torch.manual_seed(7)
    expected = torch.rand(1)
    torch.manual_seed(7)
    first = ImageClassifier(3).fit(seen, digits).predict_proba(seen)
    assert torch.equal(torch.rand(1), expected)
    assert np.array_equal(first, ImageClassifier(3).fit(seen, digits).predict_proba(seen))
    assert not np.array_equal(first, ImageClassifier(4).fit(seen, digits).predict_proba(seen))


@pytest.mark.parametrize(("count", "side"), [(3, 8), (70, 33), (10, MAX_SIDE + 20)])
def test_few_and_large_images_are_taken(count, side):
    pixels = np.random.default_rng(0).integers(0, 256, (count, side, side, 3)).astype(np.uint8)
    seen = ClassifierInputs(pixels, np.arange(count), np.ones((count, 1), np.float32))
    found = ImageClassifier(0).fit(seen, np.arange(count) % 2).predict_proba(seen)
    assert found.shape == (count, 2)
    assert np.allclose(found.sum(axis=1), 1)


def test_views_are_looked_up_by_row():
    pixels = np.arange(4, dtype=np.uint8)[:, None, None, None] * np.ones((1, 8, 8, 3), np.uint8)
    seen = ClassifierInputs(pixels, np.array([3, 0, 3]), np.eye(3, dtype=np.float32)).rows(np.array([2, 1]))
    assert seen.images()[:, 0, 0, 0].tolist() == [3, 0]
    assert seen.side_features.tolist() == [[0, 0, 1], [0, 1, 0]]
