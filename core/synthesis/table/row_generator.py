"""Generate the rows of a table from latents: codes from the decoder, outcomes from the label channel.

The latents come from a `LatentSource`: train rows that an encoder has encoded (`core.synthesis.table.train_latents`),
or the codewords of a codebook by their weights, without any train row (`core.synthesis.table.codeword_latents`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray

from core.data.encoding.columns import NumericCode
from core.data.encoding.table import CodedRows, TableEncoding, fill_schema_columns
from core.data.schema import Schema
from core.errors import ConfigError, leave_out
from core.events import Event, Listener, ignore
from core.synthesis.label_repair.repair import LabelChannel
from core.synthesis.sampling import shards
from core.synthesis.table.generated_rows import GeneratedRows
from models.table import TableDecoder

REDRAWS = 3

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]


class LatentSource(Protocol):
    """Where the latents of generated rows come from. A plan names a place in the source for each row."""

    def plan(self, rows: int, *, seed: int, proportions: Mapping[str, float] | None = None) -> Integers:
        """Return the place of each row, shape (rows,); see `core.synthesis.sampling.plan_rows`."""

    def groups(self, places: Integers) -> Integers:
        """Return the group of each place, shape (m,)."""

    def draw(self, places: Integers, rng: np.random.Generator) -> NDArray[np.float32]:
        """Draw a latent for each place, shape (m, d)."""

    def copies(self, codes: Integers, places: Integers) -> NDArray[np.intp]:
        """Return the indices of codes (m, columns) that must be drawn again, because they copy a train row."""

    def with_outcomes(self, codes: Integers, own: Floats, places: Integers) -> tuple[Integers, Floats]:
        """Return codes and distributions of outcomes, where the decoder has drawn none; see `RowGenerator.coded`."""


@dataclass(frozen=True)
class RowGenerator:
    """Generates rows.

    Args:
        schema: Kinds and roles of the table.
        encoding: The encoding.
        decoder: The trained decoder.
        channel: The label channel; ``None`` if it is off.
        source: Where latents come from.
    """

    schema: Schema
    encoding: TableEncoding
    decoder: TableDecoder
    channel: LabelChannel | None
    source: LatentSource

    def generate(
        self,
        rows: int,
        *,
        seed: int,
        proportions: Mapping[str, float] | None = None,
        listener: Listener = ignore,
    ) -> GeneratedRows:
        """Generate typed rows with repaired outcomes.

        Args:
            rows: Number of rows, at least 1.
            seed: The same seed gives the same rows.
            proportions: Shares of groups; see ``plan_rows``.
            listener: Receives one event per shard.

        Raises:
            ConfigError: ``rows`` is below 1, or a group does not exist.
        """
        plan = self.source.plan(rows, seed=seed, proportions=proportions)
        frames, changed, corrected, flipped = [], [], [], []
        all_shards = list(shards(plan, seed))
        for done, shard in enumerate(all_shards, start=1):
            generated, own = self.coded(shard.source, shard.rng)
            is_changed = is_corrected = is_flipped = np.zeros(len(generated), dtype=bool)
            if self.channel is not None:
                fair, is_corrected = self.channel.apply(generated, own, shard.rng)
                is_changed = fair != generated.target
                is_flipped = self.channel.positive[fair] != self.channel.positive[generated.target]
                generated = CodedRows(generated.codes, generated.groups, fair)
            frames.append(self.encoding.decode(generated, shard.rng))
            changed.append(is_changed)
            corrected.append(is_corrected)
            flipped.append(is_flipped)
            listener(Event("generate", done, len(all_shards)))
        frame = pd.concat(frames, ignore_index=True)
        frame = fill_schema_columns(frame, self.schema)
        target = self.encoding.target
        bins = target.size if isinstance(target, NumericCode) else 0
        all_changed, all_corrected, all_flipped = (np.concatenate(part) for part in (changed, corrected, flipped))
        return GeneratedRows(frame, all_changed, all_corrected, all_flipped, bins)

    def coded(self, places: Integers, rng: np.random.Generator) -> tuple[CodedRows, Floats]:
        """Generate coded rows before label repair, and the distribution of each outcome, shape (m, target codes)."""
        codes, own = self._sampled(places, rng)
        for _ in range(REDRAWS):
            copies = self.source.copies(codes, places)
            if not len(copies):
                break
            codes[copies], own[copies] = self._sampled(places[copies], rng)
        codes, own = self.source.with_outcomes(codes, own, places)
        width = len(self.encoding.columns)
        return CodedRows(codes[:, :width], self.source.groups(places), codes[:, width]), own

    def _sampled(self, places: Integers, rng: np.random.Generator) -> tuple[Integers, Floats]:
        return sample_codes(self.decoder, self.source.draw(places, rng), self.source.groups(places), rng)


def sample_codes(
    decoder: TableDecoder,
    latents: NDArray[np.float32],
    groups: Integers,
    rng: np.random.Generator,
) -> tuple[Integers, Floats]:
    """Sample the codes of rows from their latents.

    Args:
        decoder: The decoder.
        latents: Shape (m, d).
        groups: Shape (m,).
        rng: Random generator.

    Returns:
        The codes, and the distribution of the last column, shape (m, its size). An autoregressive decoder adds the
        target codes as a last column.
    """
    device = decoder.offset.device
    uniforms = torch.from_numpy(rng.random((len(groups), len(decoder.sizes)), dtype=np.float32))
    with torch.inference_mode():
        output = decoder(torch.from_numpy(latents).to(device), torch.from_numpy(groups).to(device))
        codes = decoder.sample(output, uniforms)
        last: Floats = decoder.last_column(output, codes).double().cpu().numpy()
    return codes.cpu().numpy(), last


def at_repair_level(channel: LabelChannel | None, repair_level: float | None) -> LabelChannel | None:
    """Return the channel at another repair level, 0 to 1; at its own if none is given.

    Raises:
        ConfigError: There is no channel, or the level is out of range.
    """
    if repair_level is None:
        return channel
    if channel is None:
        raise ConfigError(
            "The label channel is off here, so there is no repair level.",
            field="repair_level",
            remedies=[leave_out("repair_level")],
        )
    return replace(channel, repair_level=repair_level)
