"""No tensor is made on a wrong device: whole fits and samples on a device that refuses what a GPU refuses.

The simulated device computes with the CPU's kernels, so it gives the same rows as the CPU, to the byte.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch

from core.data.column import Kind
from core.data.schema import Schema
from core.data.sources.demo import demo_table
from core.runs.run_folder import RunFolder
from core.synthesis.base import NO_CONDITIONS, Observations, Sample
from core.synthesis.image.settings import ImageSettings, ImageStudentSettings, ImageTeacherSettings
from core.synthesis.image.synthesizer import ImageSynthesizer
from core.synthesis.methods.catalog import METHODS
from core.synthesis.methods.evenhand import TableSynthesizer
from core.synthesis.settings import LabelSettings, Optimisation, StudentSettings, SynthesisSettings, TeacherSettings
from tests.core.synthesis.methods.test_contract import quick
from tests.core.synthesis.test_image import SCHEMA, tied
from tests.simulated_device import DEVICE, SimulatedDevice

CPU = torch.device("cpu")
BRIEF = Optimisation(epochs=2, batch_size=128)
TEACHER = TeacherSettings(latent=4, hidden=16, optimisation=BRIEF, code_optimisation=BRIEF)
STUDENT = StudentSettings(hidden=6, optimisation=BRIEF)
LABELS = LabelSettings(calibration_rounds=1)
AS_IT_IS = SynthesisSettings(teacher=TEACHER, student=STUDENT, labels=LABELS)
AS_IN_THE_PAPERS = SynthesisSettings(
    teacher=TEACHER.model_copy(update={"independence": "v_squared", "autoregressive": False, "codewords": 0}),
    student=STUDENT.model_copy(update={"quality": "gaussian_kl"}),
    labels=LabelSettings(channel="attribute_aware", criterion="equalized_odds", calibration_rounds=1),
)
IMAGE_TEACHER = ImageTeacherSettings(latent=4, channels=4, codewords=16, optimisation=BRIEF)
IMAGE_STUDENT = ImageStudentSettings(channels=2, optimisation=BRIEF)
IMAGES: dict[str, ImageSettings] = {
    "as it is": ImageSettings(teacher=IMAGE_TEACHER, student=IMAGE_STUDENT),
    "as in the papers": ImageSettings(
        given_target=False,
        teacher=IMAGE_TEACHER.model_copy(update={"independence": "v_squared", "codewords": 0}),
        student=IMAGE_STUDENT.model_copy(update={"quality": "l1"}),
    ),
}
OTHERS = [name for name, one in METHODS.items() if one.makes == "rows" and name != "evenhand"]


def two_outcomes() -> tuple[Observations, Schema]:
    data = demo_table(rows=600, seed=1)
    return Observations(data.frame), data.schema


def three_outcomes() -> tuple[Observations, Schema]:
    data, schema = two_outcomes()
    frame = data.frame.assign(approved=pd.Series(["low", "middle", "high"] * 200, dtype="str"))
    return Observations(frame), schema.edited("approved", kind=Kind.CATEGORICAL).replaced(positive="high")


def everything(synthesizer: Any, data: Observations) -> list[Any]:
    """All that is made from latents: rows or images of the student and of the teacher, latents, reconstructions."""
    samples: list[Sample] = [
        synthesizer.sample(700, seed=3),
        *(sample for _, sample in synthesizer.intermediate_samples(300, seed=3, conditions=NO_CONDITIONS)),
    ]
    decoded = synthesizer.reconstructions(data, seed=4)
    by_encoder = vars(decoded).get("decoded") or {**decoded.sampled, **decoded.most_likely}
    latents = (part for one in synthesizer.latents(data).values() for part in one if part is not None)
    synthesizer.measurements()
    return [*(part for one in samples for part in (one.frame, one.content)), *by_encoder.values(), *latents]


def check_same(there: list[Any], here: list[Any]) -> None:
    assert len(there) == len(here)
    for one, other in zip(there, here, strict=True):
        if isinstance(one, pd.DataFrame):
            pd.testing.assert_frame_equal(one, other)
        else:
            np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize(
    ("settings", "rows"),
    [(AS_IT_IS, two_outcomes), (AS_IN_THE_PAPERS, two_outcomes), (AS_IT_IS, three_outcomes)],
    ids=["as it is", "as in the papers", "three outcomes"],
)
def test_tables_are_made_on_one_device(settings: SynthesisSettings, rows: Any, tmp_path: Path) -> None:
    data, schema = rows()
    here = everything(TableSynthesizer(settings).fit(data, schema, seed=0, device=CPU), data)
    folder = RunFolder.create(tmp_path / "run")
    folder.schema.save(schema)
    with SimulatedDevice():
        made = TableSynthesizer(settings).fit(data, schema, seed=0, device=DEVICE)
        check_same(everything(made, data), here)
        made.save(folder)
        again = TableSynthesizer(settings).load(folder, seed=0, device=DEVICE)
        pd.testing.assert_frame_equal(again.sample(700, seed=3).frame, here[0])


@pytest.mark.parametrize("settings", IMAGES.values(), ids=IMAGES)
def test_images_are_made_on_one_device(settings: ImageSettings) -> None:
    data = Observations(*tied(200))
    here = everything(ImageSynthesizer(settings).fit(data, SCHEMA, seed=0, device=CPU), data)
    with SimulatedDevice():
        check_same(everything(ImageSynthesizer(settings).fit(data, SCHEMA, seed=0, device=DEVICE), data), here)


@pytest.mark.parametrize("name", OTHERS)
def test_other_methods_work_on_one_device(name: str, tmp_path: Path) -> None:
    data, schema = two_outcomes()
    here = quick(name).fit(data, schema, seed=0, device=CPU).sample(300, seed=4).frame
    folder = RunFolder.create(tmp_path / "run")
    folder.schema.save(schema)
    with SimulatedDevice():
        made = quick(name).fit(data, schema, seed=0, device=DEVICE)
        pd.testing.assert_frame_equal(made.sample(300, seed=4).frame, here)
        made.save(folder)
        again = quick(name).load(folder, seed=0, device=DEVICE)
        pd.testing.assert_frame_equal(again.sample(300, seed=4).frame, here)
