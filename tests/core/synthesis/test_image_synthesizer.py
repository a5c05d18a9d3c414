"""The image synthesizer meets the contract of the interface."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from core.data.schema_match import schema_mismatches
from core.errors import ConfigError, RunError
from core.runs.run_folder import RunFolder
from core.synthesis.base import Observations
from core.synthesis.conditions import Conditions
from core.synthesis.image.settings import ImageSettings, ImageStudentSettings, ImageTeacherSettings
from core.synthesis.image.synthesizer import ImageSynthesizer
from core.synthesis.settings import Optimisation
from tests.core.synthesis.test_image import SCHEMA, tied

CPU = torch.device("cpu")
BRIEF = Optimisation(epochs=2, batch_size=64)
SETTINGS = ImageSettings(
    teacher=ImageTeacherSettings(latent=4, channels=4, optimisation=BRIEF),
    student=ImageStudentSettings(channels=2, optimisation=BRIEF),
)


@pytest.fixture(scope="module")
def data() -> Observations:
    return Observations(*tied(200))


@pytest.fixture(scope="module")
def made(data: Observations) -> ImageSynthesizer:
    return ImageSynthesizer(SETTINGS).fit(data, SCHEMA, seed=0, device=CPU)


def folder_of(data: Observations, path: Path) -> RunFolder:
    folder = RunFolder.create(path)
    folder.schema.save(SCHEMA)
    folder.artifacts.save_table("train", data.frame)
    assert data.content is not None
    folder.artifacts.save_images("train", data.content)
    return folder


def test_samples_have_the_schema_and_their_images(made: ImageSynthesizer) -> None:
    found = made.sample(90, seed=3)
    assert schema_mismatches(found.frame, SCHEMA) == []
    assert found.content is not None
    assert found.content.shape == (90, 8, 8, 3)
    assert found.changed is None


def test_a_saved_synthesizer_generates_the_same_images(
    made: ImageSynthesizer, data: Observations, tmp_path: Path
) -> None:
    folder = folder_of(data, tmp_path / "run")
    made.save(folder)
    again = ImageSynthesizer(SETTINGS).load(folder, seed=0, device=CPU)
    np.testing.assert_array_equal(made.sample(40, seed=4).content, again.sample(40, seed=4).content)
    assert again.parameter_count() == made.parameter_count() > 0


def test_a_fit_that_was_interrupted_goes_on_to_the_same_images(
    made: ImageSynthesizer, data: Observations, tmp_path: Path
) -> None:
    folder, stages = folder_of(data, tmp_path / "run"), []

    def stop(event: object) -> None:
        stages.append(event.stage)  # type: ignore[attr-defined]
        if stages[-1] == "student":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ImageSynthesizer(SETTINGS).fit_resumable(folder, data, seed=0, device=CPU, listener=stop)
    stages.clear()
    again = ImageSynthesizer(SETTINGS).fit_resumable(
        folder, data, seed=0, device=CPU, listener=lambda event: stages.append(event.stage)
    )
    assert set(stages) == {"student"}
    np.testing.assert_array_equal(made.sample(40, seed=4).content, again.sample(40, seed=4).content)


def test_a_target_is_accepted_and_a_repair_level_is_refused(made: ImageSynthesizer) -> None:
    found = made.sample(30, seed=1, conditions=Conditions({"blue": 1.0}, target="bar"))
    assert set(found.frame["shape"]) == {"bar"}
    assert set(found.frame["color"]) == {"blue"}
    with pytest.raises(ConfigError, match="does not accept the condition repair_level"):
        made.sample(30, seed=1, conditions=Conditions(repair_level=0.5))


def test_images_that_do_not_fit_their_table_are_refused(data: Observations) -> None:
    assert data.content is not None
    with pytest.raises(RunError, match="do not match their table"):
        ImageSynthesizer(SETTINGS).fit(Observations(data.frame, data.content[:5]), SCHEMA, seed=0, device=CPU)
