"""Evenhand's method on images: teacher and student, with groups drawn independently of targets.

The outcomes need no label repair: see `core.synthesis.image.model`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Self

import numpy as np
import pandas as pd
import torch

from core.data.images import Pixels
from core.data.schema import Schema
from core.errors import RunError
from core.events import Listener, ignore
from core.runs.run_folder import RunFolder
from core.synthesis.base import ENCODERS, Generator, Observations, Sample
from core.synthesis.conditions import NO_CONDITIONS, Conditions
from core.synthesis.costs import parameter_count
from core.synthesis.evaluation import Measurement, PixelReconstructions, Posterior
from core.synthesis.image.model import GeneratedImages, ImageModel, untrained_image_model
from core.synthesis.image.settings import ImageSettings
from core.synthesis.teacher_student import (
    distillation_measurements,
    load_networks,
    save_networks,
    train_resumable,
    train_student,
    train_teacher,
)

MAX_COUNTERFACTUALS = 12
MAX_DECODED = 10_000
"""Maximum number of images that are decoded to compare teacher and student."""


class ImageSynthesizer(Generator[ImageSettings]):
    """Teacher and student on images."""

    model: ImageModel

    def fit(
        self, data: Observations, schema: Schema, *, seed: int, device: torch.device, listener: Listener = ignore
    ) -> Self:
        """Train the teacher, then distil the student; see `Synthesizer.fit`."""
        self.model = self._untrained(data, schema, seed, device)
        train_teacher(self.model, seed=seed, listener=listener)
        train_student(self.model, seed=seed, listener=listener)
        return self

    def fit_resumable(
        self, folder: RunFolder, data: Observations, *, seed: int, device: torch.device, listener: Listener = ignore
    ) -> Self:
        """Fit stage by stage; save each network once it is trained."""
        self.model = self._untrained(data, folder.schema.read(), seed, device)
        self.model.seconds.update(folder.seconds.read())
        train_resumable(self.model, folder, seed=seed, listener=listener)
        return self

    def sample(
        self, rows: int, *, seed: int, conditions: Conditions = NO_CONDITIONS, listener: Listener = ignore
    ) -> Sample:
        """Decode images from the student's latents, with groups drawn independently of their targets."""
        conditions.check(self.settings.accepts)
        sample = self.model.sample(
            rows, seed=seed, proportions=conditions.proportions, target=conditions.target, listener=listener
        )
        schema = self.model.schema
        condition = "" if conditions.target is None else f" All have the {schema.target} {conditions.target}."
        sensitive = ", ".join(schema.sensitive)
        note = f"The {sensitive} of each image was drawn independently of its {schema.target}.{condition}"
        return Sample(sample.frame, sample.pixels, notes=(note,))

    def intermediate_samples(self, rows: int, *, seed: int, conditions: Conditions) -> Iterator[tuple[str, Sample]]:
        """Yield images of teacher and student, each with the group of its source train image."""
        del conditions
        for name in ENCODERS:
            sample: GeneratedImages = self.model.sample(rows, seed=seed, encoder=name, own_groups=True)
            yield name, Sample(sample.frame, sample.pixels)

    def latents(self, data: Observations) -> dict[str, Posterior]:
        """Return the posteriors of teacher and student."""
        pixels = _pixels(data)
        return {name: self.model.posterior_of(data.frame, pixels, name) for name in ENCODERS}

    def reconstructions(self, data: Observations, *, seed: int) -> PixelReconstructions:
        """Decode images from their posterior means, by teacher and student."""
        del seed  # not random
        frame, pixels = data.frame.iloc[:MAX_DECODED], np.asarray(_pixels(data)[:MAX_DECODED])
        return PixelReconstructions(pixels, {name: self.model.reconstruct(frame, pixels, name) for name in ENCODERS})

    def counterfactuals(self, *, seed: int) -> Observations | None:
        """Decode a few train images with every group."""
        model = self.model
        rng = np.random.default_rng([seed, 7])
        source = np.sort(rng.choice(len(model.rows), min(MAX_COUNTERFACTUALS, len(model.rows)), replace=False))
        by_group = model.counterfactuals(source)
        images = model.rows[model.schema.image].iloc[source]
        table = pd.DataFrame([(name, group) for name in images for group in by_group], columns=["row", "group"])
        return Observations(table, np.stack(list(by_group.values()), axis=1).reshape(-1, *model.pixels.shape[1:]))

    def measurements(self) -> list[Measurement]:
        """Return the costs of the student relative to the teacher."""
        return distillation_measurements(self.model)

    def notes(self) -> list[str]:
        """Say which columns are independent in the synthetic images and in the latent."""
        schema = self.model.schema
        target, sensitive = schema.target, ", ".join(schema.sensitive)
        shared = (
            f" Each image is then given a codeword, which every {sensitive} within a {target} uses equally often, and "
            f"the latent of a random train image with this codeword and {target}."
            if self.settings.teacher.codewords
            else ""
        )
        return [
            f"Each synthetic image has the latent and the {target} of a train image. Its {sensitive} was drawn "
            f"independently of both, so {target} and {sensitive} are independent in the synthetic images, even if they "
            "are not in the real ones. The images of teacher and student keep both values of the train image.",
            f"The latent was trained with a penalty on its dependence on {sensitive} "
            + (f"within each {target}." if self.settings.given_target else "over all images.")
            + shared
            + " The audit measures what it still reveals.",
        ]

    def save(self, folder: RunFolder) -> None:
        """Save the networks; the folder already holds the train images."""
        save_networks(self.model, folder, tuple(self.model.networks))

    def load(self, folder: RunFolder, *, seed: int, device: torch.device) -> Self:
        """Load a saved fit."""
        data = Observations(folder.artifacts.table("train"), folder.artifacts.images("train"))
        self.model = self._untrained(data, folder.schema.read(), seed, device)
        self.model.seconds.update(folder.seconds.read())
        load_networks(self.model, folder, tuple(self.model.networks))
        return self

    def parameter_count(self) -> int:
        """Count the parameters of student and decoder."""
        return sum(parameter_count(self.model.networks[name]) for name in ("student", "decoder"))

    def _untrained(self, data: Observations, schema: Schema, seed: int, device: torch.device) -> ImageModel:
        return untrained_image_model(data.frame, _pixels(data), schema, self.settings, seed=seed, device=device)


def _pixels(data: Observations) -> Pixels:
    """Return the images of the rows.

    Raises:
        RunError: The number of images differs from the number of rows.
    """
    if data.content is None or len(data.content) != len(data.frame):
        raise RunError("The images do not match their table; the run folder is damaged.")
    return data.content
