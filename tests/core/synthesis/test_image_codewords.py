"""Codewords of images: every group uses them alike within each value of the target."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import roc_auc_score

from core.synthesis.base import Observations
from core.synthesis.image.codewords import (
    CodewordImages,
    EncodedImages,
    codebook_sizes,
    draw_codes,
    fit_codewords,
    nearest_values,
    share_codewords,
)
from core.synthesis.image.settings import ImageSettings, ImageStudentSettings, ImageTeacherSettings
from core.synthesis.image.synthesizer import ImageSynthesizer
from core.synthesis.settings import Optimisation
from models.codebook import SmallStrataCodebook
from tests.core.synthesis.test_image import SCHEMA, is_red, tied
from tests.core.synthesis.test_image_synthesizer import folder_of

N, GROUPS, VALUES, LATENT = 6_000, 2, 2, 4
CPU = torch.device("cpu")


def encoded(seed: int = 0, rare: float = 0.1, count: int = N) -> EncodedImages:
    """Means that tell value and group; nine in ten of each value are of one group."""
    rng = np.random.default_rng(seed)
    values = rng.integers(0, VALUES, count)
    groups = np.where(rng.random(count) < rare, 1 - values, values)
    mean = rng.normal(size=(count, LATENT))
    mean[:, 0] += 4 * values
    mean[:, 1] += 2 * groups
    return EncodedImages(mean.astype(np.float32), np.full((count, LATENT), 0.1, np.float32), values * GROUPS + groups)


def values_and_groups(images: EncodedImages) -> tuple[np.ndarray, np.ndarray]:
    return images.strata // GROUPS, images.strata % GROUPS


def fitted(images: EncodedImages, most: int = 12) -> tuple[SmallStrataCodebook, np.ndarray]:
    sizes = codebook_sizes(images.strata // GROUPS, most)
    codebook = SmallStrataCodebook(int(sizes.sum()), VALUES * GROUPS, [1.0] * LATENT)
    fit_codewords(codebook, images, sizes, seed=0)
    return codebook, sizes


def usage(codebook: SmallStrataCodebook, images: EncodedImages, stratum: int) -> np.ndarray:
    rows = images.strata == stratum
    strata = torch.from_numpy(images.strata[rows])
    return codebook.log_probabilities(torch.from_numpy(images.mean[rows]), strata).exp().double().mean(dim=0).numpy()


def test_within_each_value_every_group_uses_every_codeword_alike_and_none_of_another_value() -> None:
    images = encoded()
    codebook, sizes = fitted(images)
    for value in range(VALUES):
        shares = [usage(codebook, images, value * GROUPS + group) for group in range(GROUPS)]
        own = slice(value * 12, (value + 1) * 12)
        assert shares[0][own] == pytest.approx(shares[1][own], rel=1e-3)
        assert shares[0][own].sum() == pytest.approx(1)
        assert (shares[0][own] > 0.01).all()
    assert sizes.tolist() == [12, 12]


def test_the_student_uses_the_teachers_codewords_with_the_same_weights() -> None:
    images = encoded()
    codebook, sizes = fitted(images)
    other = EncodedImages(images.mean + np.float32(0.3), images.deviation, images.strata)
    own = SmallStrataCodebook(int(sizes.sum()), VALUES * GROUPS, [1.0] * LATENT)
    share_codewords(own, codebook, other, sizes)
    assert torch.equal(own.points, codebook.points)
    for stratum in range(VALUES * GROUPS):
        assert usage(own, other, stratum) == pytest.approx(usage(codebook, images, stratum), rel=2e-3, abs=1e-9)


def told_within_value(latents: np.ndarray, images: EncodedImages) -> float:
    """Mean over values of the AUC with which a forest tells the group, learned on half of the images."""
    values, groups = values_and_groups(images)
    half = np.random.default_rng(3).random(len(values)) < 0.5
    found = []
    for value in range(VALUES):
        inside, outside = half & (values == value), ~half & (values == value)
        forest = RandomForestClassifier(100, min_samples_leaf=10, random_state=0)
        forest.fit(latents[inside], groups[inside])
        found.append(roc_auc_score(groups[outside], forest.predict_proba(latents[outside])[:, 1]))
    return float(np.mean(found))


def test_an_adversary_finds_a_planted_leak_in_the_means_and_nothing_in_the_drawn_latents_of_other_images() -> None:
    images, others = encoded(), encoded(seed=1)
    codebook, sizes = fitted(images)
    pool = CodewordImages.of(codebook, images, sizes)
    rng = np.random.default_rng(0)
    latents = pool.draw(draw_codes(codebook, others, rng), rng)
    assert told_within_value(others.mean, others) > 0.85
    assert told_within_value(latents, others) == pytest.approx(0.5, abs=0.05)


def test_potentials_of_few_images_fit_these_alone_and_the_base_keeps_other_images_even() -> None:
    images, others = encoded(rare=0.002), encoded(seed=1, rare=0.5)
    codebook, _ = fitted(images)
    rare = [1, 2]  # value 0 in group 1, value 1 in group 0
    assert all(0 < (images.strata == stratum).sum() < 12 for stratum in rare)

    def unevenness() -> float:
        return max(
            float(np.abs(usage(codebook, others, stratum) - usage(codebook, images, stratum)).sum() / 2)
            for stratum in rare
        )

    with_base = unevenness()
    base = codebook.base.clone()
    codebook.base.zero_()
    assert with_base < 0.6 * unevenness()
    assert (base.sum(dim=1)[rare] > 0.5).all()


def test_a_group_without_any_image_of_a_value_is_given_codewords_by_their_weights() -> None:
    images, others = encoded(rare=0.0), encoded(seed=1, rare=0.5)
    codebook, _ = fitted(images)
    assert usage(codebook, others, 1) == pytest.approx(usage(codebook, images, 0), rel=2e-3, abs=1e-9)


def test_latents_keep_the_variety_of_the_train_images_of_their_codeword_and_value() -> None:
    images = encoded()
    codebook, sizes = fitted(images)
    rng = np.random.default_rng(0)
    latents = CodewordImages.of(codebook, images, sizes).draw(draw_codes(codebook, images, rng), rng)
    assert latents.std(axis=0) == pytest.approx(images.mean.std(axis=0), rel=0.1)
    assert len(np.unique(latents, axis=0)) == N
    assert (nearest_values(codebook, latents, sizes) == images.strata // GROUPS).mean() > 0.9


BRIEF = Optimisation(epochs=20, batch_size=64, learning_rate=6e-3, balance=0.5)
SETTINGS = ImageSettings(
    teacher=ImageTeacherSettings(latent=4, channels=4, kl_weight=0.1, codewords=8, optimisation=BRIEF),
    student=ImageStudentSettings(channels=2, optimisation=BRIEF),
)


@pytest.fixture(scope="module")
def data() -> Observations:
    return Observations(*tied(400))


@pytest.fixture(scope="module")
def made(data: Observations) -> ImageSynthesizer:
    return ImageSynthesizer(SETTINGS).fit(data, SCHEMA, seed=0, device=CPU)


def test_a_saved_model_draws_the_same_images_and_latents(
    made: ImageSynthesizer, data: Observations, tmp_path: Path
) -> None:
    folder = folder_of(data, tmp_path / "run")
    made.save(folder)
    again = ImageSynthesizer(SETTINGS).load(folder, seed=0, device=CPU)
    np.testing.assert_array_equal(made.sample(40, seed=4).content, again.sample(40, seed=4).content)
    for one, other in zip(made.latents(data).values(), again.latents(data).values(), strict=True):
        np.testing.assert_array_equal(one.mean, other.mean)
        np.testing.assert_array_equal(one.codes, other.codes)


def test_a_fit_that_was_interrupted_goes_on_to_the_same_images_and_latents(
    made: ImageSynthesizer, data: Observations, tmp_path: Path
) -> None:
    folder = folder_of(data, tmp_path / "run")

    def stop(event: object) -> None:
        if event.stage == "student":  # type: ignore[attr-defined]
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ImageSynthesizer(SETTINGS).fit_resumable(folder, data, seed=0, device=CPU, listener=stop)
    again = ImageSynthesizer(SETTINGS).fit_resumable(folder, data, seed=0, device=CPU)
    np.testing.assert_array_equal(made.sample(40, seed=4).content, again.sample(40, seed=4).content)
    np.testing.assert_array_equal(made.latents(data)["student"].mean, again.latents(data)["student"].mean)


def test_latents_have_codes_of_their_own_target_and_images_the_colour_that_is_drawn(
    made: ImageSynthesizer, data: Observations
) -> None:
    for found in made.latents(data).values():
        assert found.spread is None
        assert found.codes is not None
        assert found.targets is not None
        names = np.unique(data.frame["shape"])[found.targets]
        assert (names == data.frame["shape"].to_numpy()).all()
        assert (found.codes // 8 == found.targets).all()
    sample = made.sample(200, seed=2)
    assert sample.content is not None
    assert (is_red(sample.content) == (sample.frame["color"] == "red").to_numpy()).mean() > 0.95


def test_an_image_whose_target_no_train_image_has_is_encoded_as_the_most_similar_one(made: ImageSynthesizer) -> None:
    frame, pixels = tied(60, seed=5)
    renamed = frame.assign(shape=pd.Series(["circle"] * 60, dtype="str"))
    known, unknown = (made.latents(Observations(one, pixels))["teacher"].targets for one in (frame, renamed))
    assert known is not None
    assert unknown is not None
    assert (known == unknown).mean() > 0.8


def test_the_latents_of_a_reconstruction_are_codewords(made: ImageSynthesizer, data: Observations) -> None:
    decoded = made.reconstructions(data, seed=0).decoded["teacher"]
    assert len(np.unique(decoded.reshape(len(decoded), -1), axis=0)) <= 2 * 8 * 2  # codewords of each value and group


def test_without_codewords_the_latents_are_the_posterior(data: Observations) -> None:
    settings = SETTINGS.model_copy(update={"teacher": SETTINGS.teacher.model_copy(update={"codewords": 0})})
    found = ImageSynthesizer(settings).fit(data, SCHEMA, seed=0, device=CPU).latents(data)["student"]
    assert found.spread is not None
    assert found.codes is None
