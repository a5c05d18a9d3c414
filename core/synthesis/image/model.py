"""The fitted model of images: teacher, student and decoder, and the images that they generate.

An image is decoded from the latent of a train image and a group that is drawn independently of that image. It keeps the
target of the train image. So target and group are independent in the generated images, and no label repair is needed.
The latent is that of a train image with the same codeword (`core.synthesis.image.codewords`).

The model keeps the train images, their groups and their targets. These are personal data: every generated image has
the latent of a train image.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import cast

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray
from torch import nn

from core.data.encoding.table import conditioning_groups, fill_schema_columns, group_codes, target_texts
from core.data.images import Pixels
from core.data.schema import Schema
from core.errors import ConfigError
from core.events import Event, Listener, Tell, ignore
from core.synthesis.base import ENCODERS
from core.synthesis.codebook import codebook_name
from core.synthesis.costs import time_ratio
from core.synthesis.evaluation import Posterior
from core.synthesis.image.codewords import EncodedImages, codebook_sizes
from core.synthesis.image.latents import ENCODE_IMAGES, ImageLatents
from core.synthesis.image.settings import ImageSettings
from core.synthesis.sampling import group_shares, repeat_shuffled, row_counts, shards
from core.synthesis.training_data import TrainingData
from models.codebook import SmallStrataCodebook
from models.image import ImageDecoder, ImageEncoder
from models.optimiser import seeded

MAX_TIMED = 2_000


@dataclass(frozen=True)
class GeneratedImages:
    """Generated images.

    Args:
        frame: Typed rows of the images, shape (n, columns).
        pixels: Images, shape (n, height, width, 3), aligned with the rows.
        source: Index of the source train image of each image, shape (n,).
    """

    frame: pd.DataFrame
    pixels: Pixels
    source: NDArray[np.int64]


@dataclass
class ImageModel:
    """A model that is fitted once and generates any number of images.

    Args:
        schema: Columns and roles of the rows.
        settings: All hyperparameters.
        rows: Typed rows of the train images.
        pixels: The train images, shape (n, size, size, 3), aligned with ``rows``.
        networks: ``teacher`` and ``student`` encoders, the ``decoder``, and the codebooks of both encoders if any.
        device: Device of the networks.
        seconds: Wall-clock seconds by stage.
    """

    schema: Schema
    settings: ImageSettings
    rows: pd.DataFrame
    pixels: Pixels
    networks: dict[str, nn.Module]
    device: torch.device
    seconds: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Encode groups and targets of the train images."""
        self.groups = conditioning_groups(self.rows, self.schema)
        self.group_codes = group_codes(self.rows, self.schema, self.groups)
        self.targets, codes = np.unique(target_texts(self.rows, self.schema).astype(str), return_inverse=True)
        self.target_codes = np.asarray(codes, dtype=np.int64)
        sizes = codebook_sizes(self.target_codes, self.settings.teacher.codewords)
        strata = self.target_codes * len(self.groups) + self.group_codes
        self.latents = ImageLatents(self.networks, self.device, self.pixels, strata, len(self.groups), sizes)

    def fit_score(self, encoder: str, *, seed: int, tell: Tell) -> None:
        """Fit nothing: an image keeps the target of its train image, and latents need not tell of it."""

    def fit_codes(self, encoder: str, *, seed: int, listener: Listener) -> None:
        """Fit the teacher's codewords, or give the student the teacher's, if there are any."""
        del listener  # a matter of seconds
        if codebook_name(encoder) in self.networks:
            self.latents.fit_codes(encoder, seed=seed)

    def examples(self) -> TrainingData:
        """Return the train images as input of the networks."""
        # a copy: the images of a run are memory-mapped and read-only, and every epoch reads each of them
        data, groups, classes = (
            torch.from_numpy(np.array(part)).to(self.device)
            for part in (self.pixels, self.group_codes, self.target_codes)
        )
        examples = TrainingData(data, groups, len(self.groups))
        return (
            replace(examples, classes=classes, class_count=len(self.targets))
            if self.settings.given_target
            else examples
        )

    def posterior_of(self, frame: pd.DataFrame, pixels: Pixels, encoder: str) -> Posterior:
        """Return the latents of images, those that are decoded: one draw each by its codeword, or the posterior."""
        return self.latents.released(self._images(frame, pixels, encoder), encoder)

    def reconstruct(self, frame: pd.DataFrame, pixels: Pixels, encoder: str) -> Pixels:
        """Decode images from their likeliest latents, with their own groups; shape as ``pixels``."""
        latents = self.latents.likeliest(self._images(frame, pixels, encoder), encoder)
        return self._decode(latents, group_codes(frame, self.schema, self.groups))

    def counterfactuals(self, source: NDArray[np.int64], encoder: str = "student") -> dict[str, Pixels]:
        """Decode the same latents with each group in turn, by group; the differences show the effect of the group.

        Args:
            source: Indices of train images, shape (m,).
            encoder: ``student`` or ``teacher``.
        """
        latents = self.latents.released(self._train_images(source, encoder), encoder).mean
        return {
            name: self._decode(latents, np.full(len(source), group, dtype=np.int64))
            for group, name in enumerate(self.groups)
        }

    def sample(
        self,
        count: int,
        *,
        seed: int,
        encoder: str = "student",
        proportions: Mapping[str, float] | None = None,
        target: str | None = None,
        own_groups: bool = False,
        listener: Listener = ignore,
    ) -> GeneratedImages:
        """Generate images.

        Args:
            count: Number of images, at least 1.
            seed: The same seed gives the same images.
            encoder: ``student``, or ``teacher`` for the comparison.
            proportions: Share by group, see `core.synthesis.sampling.plan_rows`; by default those of the train images.
            target: If set, all images have this target.
            own_groups: Whether each image keeps the group of its source train image, and so the dependence of groups
                and targets. ``proportions`` is then ignored.
            listener: Receives one event per shard.

        Raises:
            ConfigError: ``count`` is below 1, or a group or target does not exist.
        """
        plan, groups = self._plan(count, seed, proportions or {}, target)
        if own_groups:
            groups = self.group_codes[plan]
        members = [np.flatnonzero(self.group_codes == group) for group in range(len(self.groups))]
        pixels, group_sources = [], []
        all_shards = list(shards(plan, seed))
        start = 0
        for done, shard in enumerate(all_shards, start=1):
            shard_groups = groups[start : start + len(shard.source)]
            start += len(shard_groups)
            pixels.append(self._generate_pixels(shard.source, shard_groups, encoder, shard.rng))
            # the sensitive values are those of a random train image of the same group
            group_sources.append(
                np.asarray([members[group][shard.rng.integers(len(members[group]))] for group in shard_groups])
            )
            listener(Event("generate", done, len(all_shards)))
        frame = self._frame(plan, np.concatenate(group_sources), f"{encoder}-{seed}")
        return GeneratedImages(frame, np.concatenate(pixels), plan)

    def encode_time_ratio(self) -> float:
        """Return the median time to encode some train images, student over teacher, in alternation."""
        sample = self.pixels[:MAX_TIMED], self.group_codes[:MAX_TIMED]
        posterior = self.latents.posterior
        return time_ratio(lambda: posterior(*sample, "teacher"), lambda: posterior(*sample, "student"))

    def _plan(
        self, count: int, seed: int, proportions: Mapping[str, float], target: str | None
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Draw the source train image and the group of each image independently; both of shape (count,)."""
        if count < 1:
            raise ConfigError(f"The number of images must be at least 1, not {count}.", field="rows")
        rng = np.random.default_rng([seed, 0])
        columns = len(self.schema.sensitive)
        train_shares = np.bincount(self.group_codes, minlength=len(self.groups)) / len(self.group_codes)
        shares = group_shares(train_shares, self.groups, columns, proportions) if proportions else train_shares
        counts = row_counts(shares, count)
        groups = rng.permutation(np.repeat(np.arange(len(shares)), counts))
        sources = np.arange(len(self.rows)) if target is None else self._with_target(target)
        return repeat_shuffled(sources, count, rng), groups

    def _with_target(self, target: str) -> NDArray[np.int64]:
        matches = np.flatnonzero(self.targets[self.target_codes] == target)
        if not len(matches):
            raise ConfigError(
                f"No train image has the {self.schema.target} {target!r}; the values are: {', '.join(self.targets)}.",
                field="target",
            )
        return matches

    def _frame(self, source: NDArray[np.int64], group_sources: NDArray[np.int64], series: str) -> pd.DataFrame:
        """Build the rows: targets of the source images, sensitive values of random train images of the drawn groups."""
        image, target = self.schema.image, self.schema.target
        columns = {name: self.rows[name].iloc[group_sources].reset_index(drop=True) for name in self.schema.sensitive}
        columns[target] = self.rows[target].iloc[source].reset_index(drop=True)
        if image is not None:
            names = [f"{series}-{place:06d}" for place in range(1, len(source) + 1)]
            columns[image] = pd.Series(names, dtype="str")
        return fill_schema_columns(pd.DataFrame(columns), self.schema)

    def _generate_pixels(
        self, source: NDArray[np.int64], groups: NDArray[np.int64], encoder: str, rng: np.random.Generator
    ) -> Pixels:
        return self._decode(self.latents.draw(self._train_images(source, encoder), encoder, rng).mean, groups)

    def _train_images(self, source: NDArray[np.int64], encoder: str) -> EncodedImages:
        """Return what an encoder says of train images."""
        return self.latents.encoded(self.pixels[source], self.group_codes[source], self.target_codes[source], encoder)

    def _images(self, frame: pd.DataFrame, pixels: Pixels, encoder: str) -> EncodedImages:
        """Return what an encoder says of the images of typed rows."""
        codes = group_codes(frame, self.schema, self.groups)
        return self.latents.encoded(pixels, codes, self._values_of(frame), encoder)

    def _values_of(self, frame: pd.DataFrame) -> NDArray[np.int64]:
        """Return the value of the target of each row, shape (n,); -1 if no train image has it."""
        texts = target_texts(frame, self.schema).astype(str)
        return np.asarray(pd.Index(self.targets).get_indexer(pd.Index(texts)), dtype=np.int64)

    def _decode(self, latents: NDArray[np.float32], groups: NDArray[np.int64]) -> Pixels:
        decoder = cast("ImageDecoder", self.networks["decoder"])
        images = []
        with torch.inference_mode():
            for start in range(0, len(groups), ENCODE_IMAGES):
                part = slice(start, start + ENCODE_IMAGES)
                latent, group = (torch.from_numpy(values[part]).to(self.device) for values in (latents, groups))
                images.append(decoder.pixels(decoder(latent, group)).cpu().numpy())
        return np.concatenate(images)


def untrained_image_model(
    frame: pd.DataFrame,
    pixels: Pixels,
    schema: Schema,
    settings: ImageSettings,
    *,
    seed: int,
    device: torch.device,
) -> ImageModel:
    """Build untrained networks for typed train rows and their images; initial weights depend on ``seed`` alone."""
    groups, size = len(conditioning_groups(frame, schema)), int(pixels.shape[1])
    teacher = settings.teacher
    networks = {
        "teacher": seeded(lambda: ImageEncoder(size, groups, teacher.channels, teacher.latent), seed),
        "student": seeded(lambda: ImageEncoder(size, groups, settings.student.channels, teacher.latent), seed + 1),
        "decoder": seeded(lambda: ImageDecoder(size, groups, teacher.channels, teacher.latent), seed + 2),
    }
    on_device: dict[str, nn.Module] = {name: network.to(device) for name, network in networks.items()}
    model = ImageModel(schema, settings, frame, pixels, on_device, device)
    if teacher.codewords:
        sizes = model.latents.sizes
        for name in ENCODERS:
            codebook = SmallStrataCodebook(int(sizes.sum()), len(sizes) * groups, [1.0] * teacher.latent)
            model.networks[codebook_name(name)] = codebook.to(device)
    return model
