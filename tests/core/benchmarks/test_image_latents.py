import numpy as np
import pandas as pd
import pytest

from core.audit.metrics.code_usage import DISTANCE_GIVEN_TARGET
from core.benchmarks.image_latents import CHANCE, TOLD, latent_records
from core.synthesis.evaluation import Posterior
from tests.core.synthesis.test_image import SCHEMA

N = 1_200


def images():
    rng = np.random.default_rng(0)
    return pd.DataFrame(
        {
            "image": [str(row) for row in range(N)],
            "shape": rng.choice(["bar", "square"], N),
            "color": rng.choice(["red", "blue"], N),
        }
    ).astype("str")


def figures(leak):
    frame, rng = images(), np.random.default_rng(1)
    tells = np.where(rng.random(N) < leak, frame["color"] == "red", rng.random(N) < 0.5)
    codes = 2 * (frame["shape"] == "bar").to_numpy() + tells
    mean = np.stack([codes, rng.normal(size=N)], axis=1).astype(np.float32)
    found = latent_records(SCHEMA, frame, Posterior(mean, codes=codes.astype(np.int64)), "student", 0)
    return {record.metric: record for record in found}


def test_a_leak_in_the_codewords_of_test_images_is_found_by_adversary_and_distance():
    found = figures(leak=0.6)
    assert found[TOLD].low > 0.7
    assert found[DISTANCE_GIVEN_TARGET].value == pytest.approx(0.6, abs=0.08)


def test_without_a_leak_both_are_what_chance_gives():
    found = figures(leak=0.0)
    assert found[TOLD].low < 0.5 < found[TOLD].high
    assert found[DISTANCE_GIVEN_TARGET].value < found[CHANCE].value + 0.05


def test_continuous_latents_have_no_distance():
    mean = np.random.default_rng(0).normal(size=(N, 2)).astype(np.float32)
    found = latent_records(SCHEMA, images(), Posterior(mean, np.ones_like(mean)), "student", 0)
    assert {record.metric for record in found} == {TOLD}
