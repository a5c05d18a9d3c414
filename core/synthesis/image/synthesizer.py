"""Evenhand's method on images: teacher and student, and groups drawn independently of targets.

Outcomes need no repair: see `core.synthesis.image.model`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Self

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray

from core.data.images import Pixels
from core.data.schema import Schema
from core.errors import RunError
from core.events import Listener, ignore
from core.runs.run_folder import RunFolder
from core.synthesis.base import NO_CONDITIONS, Condition, Conditions, Generator, Observations, Sample
from core.synthesis.costs import parameter_count
from core.synthesis.evaluation import Figure, PixelReconstructions
from core.synthesis.image.model import ImageModel, MadeImages, untrained_images
from core.synthesis.image.settings import ImageSettings
from core.synthesis.teacher_student import (
    ENCODERS,
    distillation_figures,
    load_networks,
    save_networks,
    train_resumable,
    train_student,
    train_teacher,
)

MAX_COUNTERFACTUALS = 12
MAX_DECODED = 10_000
"""Images that are decoded to compare teacher and student."""


class ImageSynthesizer(Generator[ImageSettings]):
    """Teacher and student of images."""

    accepts: ClassVar[frozenset[Condition]] = frozenset({"proportions", "target"})
    made: ImageModel

    def fit(
        self, data: Observations, schema: Schema, *, seed: int, device: torch.device, listener: Listener = ignore
    ) -> Self:
        """Train the teacher, then distil the student; see `Synthesizer.fit`."""
        self.made = self._untrained(data, schema, seed, device)
        train_teacher(self.made, seed=seed, listener=listener)
        train_student(self.made, seed=seed, listener=listener)
        return self

    def fit_resumable(
        self, folder: RunFolder, data: Observations, *, seed: int, device: torch.device, listener: Listener = ignore
    ) -> Self:
        """Fit stage by stage: each network is kept as soon as it is trained."""
        self.made = self._untrained(data, folder.schema(), seed, device)
        self.made.seconds.update(folder.seconds())
        train_resumable(self.made, folder, seed=seed, listener=listener)
        return self

    def sample(
        self, rows: int, *, seed: int, conditions: Conditions = NO_CONDITIONS, listener: Listener = ignore
    ) -> Sample:
        """Images decoded from the student's latents, in groups drawn independently of their targets."""
        conditions.check(self.accepts)
        found = self.made.sample(
            rows, seed=seed, proportions=conditions.proportions, target=conditions.target, listener=listener
        )
        schema = self.made.schema
        asked = "" if conditions.target is None else f" All have the {schema.target} {conditions.target}."
        note = f"Each image's {', '.join(schema.sensitive)} was drawn without regard to its {schema.target}.{asked}"
        return Sample(found.frame, found.pixels, notes=(note,))

    def intermediate_samples(self, rows: int, *, seed: int, conditions: Conditions) -> Iterator[tuple[str, Sample]]:
        """Images of teacher and student in the groups of the train images behind them; shares are of no account."""
        del conditions
        for name in ENCODERS:
            found: MadeImages = self.made.sample(rows, seed=seed, encoder=name, own_groups=True)
            yield name, Sample(found.frame, found.pixels)

    def latents(self, data: Observations) -> dict[str, NDArray[np.float32]]:
        """Posterior means by teacher and student."""
        pixels = _pixels(data)
        return {name: self.made.encode(data.frame, pixels, name) for name in ENCODERS}

    def reconstructions(self, data: Observations, *, seed: int) -> PixelReconstructions:
        """Images that images decode to, from the means of their latents, by teacher and student."""
        del seed  # nothing is drawn
        frame, pixels = data.frame.iloc[:MAX_DECODED], np.asarray(_pixels(data)[:MAX_DECODED])
        return PixelReconstructions(pixels, {name: self.made.reconstruct(frame, pixels, name) for name in ENCODERS})

    def counterfactuals(self, *, seed: int) -> Observations | None:
        """A few train images decoded with every group."""
        made = self.made
        rng = np.random.default_rng([seed, 7])
        source = np.sort(rng.choice(len(made.rows), min(MAX_COUNTERFACTUALS, len(made.rows)), replace=False))
        by_group = made.counterfactuals(source)
        names = made.rows[made.schema.image].iloc[source]
        table = pd.DataFrame([(name, group) for name in names for group in by_group], columns=["row", "group"])
        return Observations(table, np.stack(list(by_group.values()), axis=1).reshape(-1, *made.pixels.shape[1:]))

    def figures(self) -> list[Figure]:
        """What the student costs beside its teacher."""
        return distillation_figures(self.made)

    def notes(self) -> list[str]:
        """What is independent of what in the images."""
        schema = self.made.schema
        target, sensitive = schema.target, ", ".join(schema.sensitive)
        return [
            f"Each synthetic image has the latent and the {target} of a train image, and a {sensitive} that was drawn "
            f"without regard to either: {target} and {sensitive} are independent in the synthetic images, whatever "
            "they are in the real ones. The images of teacher and student keep both.",
            f"The latent of the networks was made independent of {sensitive} "
            + (f"within each {target}." if self.settings.given_target else "over all images."),
        ]

    def save(self, folder: RunFolder) -> None:
        """Keep the networks; the train images are in the folder already."""
        save_networks(self.made, folder, tuple(self.made.networks))

    def load(self, folder: RunFolder, *, seed: int, device: torch.device, listener: Listener = ignore) -> Self:
        """Take what `save` kept."""
        del listener
        data = Observations(folder.table("train"), folder.images("train"))
        self.made = self._untrained(data, folder.schema(), seed, device)
        self.made.seconds.update(folder.seconds())
        load_networks(self.made, folder, tuple(self.made.networks))
        return self

    def parameter_count(self) -> int:
        """Of student and decoder."""
        return sum(parameter_count(self.made.networks[name]) for name in ("student", "decoder"))

    def _untrained(self, data: Observations, schema: Schema, seed: int, device: torch.device) -> ImageModel:
        return untrained_images(data.frame, _pixels(data), schema, self.settings, seed=seed, device=device)


def _pixels(data: Observations) -> Pixels:
    """The images of the rows.

    Raises:
        RunError: There are none, or fewer or more than rows.
    """
    if data.content is None or len(data.content) != len(data.frame):
        raise RunError("The images do not fit their table; the run folder is damaged.")
    return data.content
