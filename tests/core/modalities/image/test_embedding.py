import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.ndimage import gaussian_filter

from core.audit.metrics.fidelity import density_coverage
from core.errors import DataError
from core.modalities.image import embedding
from tests.core.modalities.image.coloured import SCHEMA, colours, grey_digits, rows

GREY, DIGITS = grey_digits()
TRAIN_EXAMPLES = rows(GREY[:1200], DIGITS[:1200], colours(DIGITS[:1200], 0.1, 1), "train")
TRAIN_ROWS, TRAIN = TRAIN_EXAMPLES.frame, TRAIN_EXAMPLES.attachments
HELD = rows(GREY[1200:], DIGITS[1200:], colours(DIGITS[1200:], 0.1, 2), "held").attachments
SEEN = embedding.fit_embedding(TRAIN.pixels)
REFERENCE = SEEN.embed(TRAIN.pixels)


def blurred(pixels):
    return np.stack([gaussian_filter(one, (1, 1, 0)) for one in pixels])


def noisy(pixels):
    noise = np.random.default_rng(0).normal(0, 25, pixels.shape)
    return np.clip(pixels + noise, 0, 255).astype(np.uint8)


@pytest.mark.parametrize(
    "broken",
    [
        blurred,
        noisy,
        lambda pixels: pixels[..., [2, 0, 1]],
        lambda pixels: pixels.max(axis=3, keepdims=True).repeat(3, 3),
    ],
    ids=["blurred", "noisy", "other colours", "without colour"],
)
def test_broken_images_are_neither_as_dense_nor_as_covering_as_real_ones(broken):
    real = density_coverage(REFERENCE, SEEN.embed(HELD.pixels))
    found = density_coverage(REFERENCE, SEEN.embed(broken(HELD.pixels)))
    assert found[0].value < 0.7 * real[0].value
    assert found[1].value < 0.7 * real[1].value


def test_a_digit_that_is_lacking_lowers_coverage():
    _, coverage = density_coverage(REFERENCE, SEEN.embed(HELD.pixels))
    _, without = density_coverage(REFERENCE, SEEN.embed(HELD.pixels[DIGITS[1200:] != 3]))
    assert without.value < coverage.value - 0.02


def test_scaling_columns_one_by_one_changes_no_distance():
    spread = REFERENCE.std(axis=0)
    assert spread.max() / spread.min() < 1.001


def test_equal_images_look_equal_whatever_stands_beside_them():
    some = TRAIN.pixels[[5, 900, 7]]
    assert np.array_equal(SEEN.embed(some), REFERENCE[[5, 900, 7]])


def test_the_nearest_image_of_a_train_image_is_itself():
    places, distances = embedding.nearest_images(REFERENCE[:50], REFERENCE)
    assert places.tolist() == list(range(50))
    assert np.allclose(distances, 0, atol=1e-3)


@settings(max_examples=20, deadline=None)
@given(st.integers(4, 40), st.integers(4, 40), st.integers(2, 40), st.integers(0, 255))
def test_images_of_any_size_and_plain_ones_have_finite_looks(high, wide, count, paint):
    pixels = np.full((count, high, wide, 3), paint, np.uint8)
    pixels[0] = np.random.default_rng(0).integers(0, 256, pixels[0].shape)
    found = embedding.fit_embedding(pixels).embed(pixels)
    assert found.shape == (count, embedding.COMPONENTS)
    assert np.isfinite(found).all()


def test_too_few_or_too_small_images_are_refused():
    with pytest.raises(DataError, match="1 train images"):
        embedding.fit_embedding(np.zeros((1, 8, 8, 3), np.uint8))
    with pytest.raises(DataError, match="3 x 8 pixels"):
        embedding.fit_embedding(np.zeros((9, 3, 8, 3), np.uint8))


def test_looks_stand_behind_the_other_columns():
    frame = embedding.embedded(TRAIN_ROWS, REFERENCE)
    schema = embedding.embedding_schema(SCHEMA)
    assert list(frame.columns) == schema.names
    assert schema.features == embedding.embedding_columns()


def test_prints_are_equal_where_all_pixels_are():
    pixels = np.concatenate([TRAIN.pixels[:4], TRAIN.pixels[:1]])
    pixels[1] = pixels[0]
    pixels[1, 0, 0, 0] += 1
    found = embedding.pixel_hashes(pixels)
    assert found[0] == found[4] != found[1]
    assert embedding.pixel_hashes(pixels[:0]).shape == (0,)
