"""The fitted model of images: teacher, student and decoder, and the images that they make.

An image is made from the latent of a train image and a group that is drawn without regard to that image. It keeps the
train image's target. So target and group are independent in what is made, whatever they were in the train images, and
outcomes need no label channel.

What it keeps (train images, their groups and targets) is personal data: every image is made from the latent of one.
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
from core.events import Event, Listener, ignore
from core.synthesis.costs import time_ratio
from core.synthesis.image.settings import ImageSettings
from core.synthesis.sampling import cycled, group_shares, row_counts, shards
from core.synthesis.training_data import Examples
from models.image import ImageDecoder, ImageEncoder
from models.optimiser import seeded

ENCODE_IMAGES = 512
MAX_TIMED = 2_000


@dataclass(frozen=True)
class MadeImages:
    """Generated images.

    Args:
        frame: Their table, typed, shape (n, columns).
        pixels: Shape (n, height, width, 3), aligned with the table.
        source: Place of the train image behind each, shape (n,).
    """

    frame: pd.DataFrame
    pixels: Pixels
    source: NDArray[np.int64]


@dataclass
class ImageModel:
    """Fit once, make any number of images.

    Args:
        schema: Columns and roles of the images' table.
        settings: All hyperparameters.
        rows: The train images' table.
        pixels: The train images, shape (n, size, size, 3), aligned with ``rows``.
        networks: ``teacher`` and ``student`` encoders and the ``decoder``.
        device: Where the networks are.
        seconds: Time spent by stage.
    """

    schema: Schema
    settings: ImageSettings
    rows: pd.DataFrame
    pixels: Pixels
    networks: dict[str, nn.Module]
    device: torch.device
    seconds: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Read groups and targets of the train images."""
        self.groups = conditioning_groups(self.rows, self.schema)
        self.group_codes = group_codes(self.rows, self.schema, self.groups)
        self.targets, codes = np.unique(target_texts(self.rows, self.schema).astype(str), return_inverse=True)
        self.target_codes = np.asarray(codes, dtype=np.int64)

    def examples(self) -> Examples:
        """The train images as the networks learn them."""
        # a copy: the images of a run lie on disk, read-only, and each is looked at in every epoch
        data, groups, classes = (
            torch.from_numpy(np.array(part)).to(self.device)
            for part in (self.pixels, self.group_codes, self.target_codes)
        )
        found = Examples(data, groups, len(self.groups))
        return replace(found, classes=classes, class_count=len(self.targets)) if self.settings.given_target else found

    def encode(self, frame: pd.DataFrame, pixels: Pixels, encoder: str) -> NDArray[np.float32]:
        """Posterior means of images and their rows by the ``teacher`` or the ``student``; shape (n, d)."""
        return self._posterior(pixels, group_codes(frame, self.schema, self.groups), encoder)[0]

    def reconstruct(self, frame: pd.DataFrame, pixels: Pixels, encoder: str) -> Pixels:
        """What images decode to from the means of their own latents, in their own groups; shape as ``pixels``."""
        codes = group_codes(frame, self.schema, self.groups)
        return self._decoded(self._posterior(pixels, codes, encoder)[0], codes)

    def counterfactuals(self, source: NDArray[np.int64], encoder: str = "student") -> dict[str, Pixels]:
        """The same latents decoded with each group in turn, by group: what changes is what the group changes.

        Args:
            source: Places of train images, shape (m,).
            encoder: ``student`` or ``teacher``.
        """
        mean, _ = self._posterior(self.pixels[source], self.group_codes[source], encoder)
        return {
            name: self._decoded(mean, np.full(len(source), group, dtype=np.int64))
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
    ) -> MadeImages:
        """Generate images.

        Args:
            count: How many.
            seed: Same seed, same images.
            encoder: ``student``, or ``teacher`` for the comparison.
            proportions: Share by group, as `core.synthesis.sampling.plan_rows` has it; those of the train images if
                left out.
            target: Images of this target alone.
            own_groups: Leave each image the group of the train image behind it, and with it the dependence of groups
                and targets; shares are then of no account.
            listener: Receives one event a shard.

        Raises:
            ConfigError: Fewer than one image, or a group or target that is not there.
        """
        plan, groups = self._plan(count, seed, proportions or {}, target)
        if own_groups:
            groups = self.group_codes[plan]
        members = [np.flatnonzero(self.group_codes == group) for group in range(len(self.groups))]
        pixels, looks = [], []
        pieces = list(shards(plan, seed))
        start = 0
        for done, shard in enumerate(pieces, start=1):
            mine = groups[start : start + len(shard.source)]
            start += len(mine)
            pixels.append(self._drawn(shard.source, mine, encoder, shard.rng))
            # whose sensitive values a made image has: any train image's of its group
            looks.append(np.asarray([members[group][shard.rng.integers(len(members[group]))] for group in mine]))
            listener(Event("generate", done, len(pieces)))
        frame = self._frame(plan, np.concatenate(looks), f"{encoder}-{seed}")
        return MadeImages(frame, np.concatenate(pixels), plan)

    def encode_time_ratio(self) -> float:
        """Median time to encode some train images, student over teacher, alternately in one run."""
        few = self.pixels[:MAX_TIMED], self.group_codes[:MAX_TIMED]
        return time_ratio(lambda: self._posterior(*few, "teacher"), lambda: self._posterior(*few, "student"))

    def _plan(
        self, count: int, seed: int, proportions: Mapping[str, float], target: str | None
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Train image behind each image and the group it gets, both (count,); drawn independently of one another."""
        if count < 1:
            raise ConfigError(f"The number of images must be at least 1, not {count}.", field="rows")
        rng = np.random.default_rng([seed, 0])
        columns = len(self.schema.sensitive)
        usual = np.bincount(self.group_codes, minlength=len(self.groups)) / len(self.group_codes)
        shares = group_shares(self.group_codes, self.groups, columns, proportions) if proportions else usual
        counts = row_counts(shares, count)
        groups = rng.permutation(np.repeat(np.arange(len(shares)), counts))
        sources = np.arange(len(self.rows)) if target is None else self._with_target(target)
        return cycled(sources, count, rng), groups

    def _with_target(self, target: str) -> NDArray[np.int64]:
        found = np.flatnonzero(self.targets[self.target_codes] == target)
        if not len(found):
            raise ConfigError(
                f"No train image has the {self.schema.target} {target!r}; there are: {', '.join(self.targets)}.",
                field="target",
            )
        return found

    def _frame(self, source: NDArray[np.int64], looks: NDArray[np.int64], series: str) -> pd.DataFrame:
        """Targets of the train images behind them, sensitive values of others of the group they got."""
        image, target = self.schema.image, self.schema.target
        columns = {name: self.rows[name].iloc[looks].reset_index(drop=True) for name in self.schema.sensitive}
        columns[target] = self.rows[target].iloc[source].reset_index(drop=True)
        if image is not None:
            names = [f"{series}-{place:06d}" for place in range(1, len(source) + 1)]
            columns[image] = pd.Series(names, dtype="str")
        return fill_schema_columns(pd.DataFrame(columns), self.schema)

    def _drawn(
        self, source: NDArray[np.int64], groups: NDArray[np.int64], encoder: str, rng: np.random.Generator
    ) -> Pixels:
        mean, deviation = self._posterior(self.pixels[source], self.group_codes[source], encoder)
        noise = rng.standard_normal(mean.shape, dtype=np.float32)
        return self._decoded(mean + deviation * noise, groups)

    def _posterior(
        self, pixels: Pixels, groups: NDArray[np.int64], encoder: str
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        network = self.networks[encoder]
        means, deviations = [], []
        with torch.inference_mode():
            for start in range(0, len(groups), ENCODE_IMAGES):
                part = slice(start, start + ENCODE_IMAGES)
                inside, own = (torch.from_numpy(np.array(one[part])).to(self.device) for one in (pixels, groups))
                mean, log_variance = network(inside, own)
                means.append(mean.cpu().numpy())
                deviations.append((0.5 * log_variance).exp().cpu().numpy())
        return np.concatenate(means), np.concatenate(deviations)

    def _decoded(self, latents: NDArray[np.float32], groups: NDArray[np.int64]) -> Pixels:
        decoder = cast("ImageDecoder", self.networks["decoder"])
        made = []
        with torch.inference_mode():
            for start in range(0, len(groups), ENCODE_IMAGES):
                part = slice(start, start + ENCODE_IMAGES)
                latent, group = (torch.from_numpy(one[part]).to(self.device) for one in (latents, groups))
                made.append(decoder.pixels(decoder(latent, group)).cpu().numpy())
        return np.concatenate(made)


def untrained_images(
    frame: pd.DataFrame,
    pixels: Pixels,
    schema: Schema,
    settings: ImageSettings,
    *,
    seed: int,
    device: torch.device,
) -> ImageModel:
    """Networks with their initial weights, which depend on ``seed`` alone, for typed train rows and their images."""
    groups, size = len(conditioning_groups(frame, schema)), int(pixels.shape[1])
    teacher = settings.teacher
    networks = {
        "teacher": seeded(lambda: ImageEncoder(size, groups, teacher.channels, teacher.latent), seed),
        "student": seeded(lambda: ImageEncoder(size, groups, settings.student.channels, teacher.latent), seed + 1),
        "decoder": seeded(lambda: ImageDecoder(size, groups, teacher.channels, teacher.latent), seed + 2),
    }
    placed: dict[str, nn.Module] = {name: network.to(device) for name, network in networks.items()}
    return ImageModel(schema, settings, frame, pixels, placed, device)
