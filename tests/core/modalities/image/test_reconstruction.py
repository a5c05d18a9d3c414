import numpy as np
import pytest

from core.modalities.image.modality import ImageModality
from core.synthesis.evaluation import PixelReconstructions
from tests.core.modalities.image import coloured


def test_reconstructions_are_compared_with_the_images_and_with_each_other():
    real = np.full((4, 2, 2, 3), 100, dtype=np.uint8)
    decoded = {"teacher": real - np.uint8(51), "student": real + np.uint8(51)}
    records = ImageModality().reconstruction_records(coloured.SCHEMA, PixelReconstructions(real, decoded))
    found = {(record.source, record.metric): record.value for record in records}
    assert found == {
        ("teacher", "decoded_error"): pytest.approx(0.2),
        ("student", "decoded_error"): pytest.approx(0.2),
        ("student", "decoded_difference"): pytest.approx(0.4),
    }
    assert {(record.protocol, record.split, record.n) for record in records} == {("distillation", "holdout", 4)}
