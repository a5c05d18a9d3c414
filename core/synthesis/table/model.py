"""The fitted model of a table: encoding, teacher, student and label channel, and the rows that they generate.

A generated row with the same codes as its source train row is drawn again, up to three times, unless many train rows
have these codes. On Adult this reduces exact copies of train rows from 4 in 100,000 to none.

The model keeps codes, groups and target codes of the train rows. These are personal data: every generated row starts
from the latent of a train row.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import cast

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray
from torch import nn

from core.data.encoding.table import CodedRows, TableEncoding, fill_schema_columns
from core.data.schema import Schema
from core.errors import ConfigError, leave_out
from core.events import Event, Listener, ignore
from core.synthesis.codebook import codebook_name
from core.synthesis.costs import time_ratio
from core.synthesis.evaluation import Posterior
from core.synthesis.label_repair.calibration import CalibrationSample
from core.synthesis.label_repair.repair import LabelChannel
from core.synthesis.label_repair.score_levels import SCORES
from core.synthesis.sampling import plan_rows, shards
from core.synthesis.settings import Optimisation, SynthesisSettings
from core.synthesis.table.generated_rows import GeneratedRows
from core.synthesis.table.latents import CODE_SEED, ENCODE_ROWS, RowLatents
from core.synthesis.training_data import TrainingData
from models.codebook import Codebook
from models.fair_score import LevelledScore
from models.table import TableDecoder

REDRAWS = 3
MAX_CALIBRATION_ROWS = 60_000


@dataclass
class TableModel:
    """A model that is fitted once and generates any number of rows.

    Args:
        schema: Kinds and roles of the table.
        settings: All hyperparameters.
        encoding: The fitted encoding.
        rows: Coded train rows.
        networks: ``teacher`` and ``student`` encoders, the ``decoder``, and the codebooks and scores of both encoders
            if any.
        channel: The fitted label channel; ``None`` if it is off.
        repair_level_curve: Measurements of each repair level; ``None`` if the channel is off.
        seconds: Wall-clock seconds by stage.
    """

    schema: Schema
    settings: SynthesisSettings
    encoding: TableEncoding
    rows: CodedRows
    networks: dict[str, nn.Module]
    device: torch.device
    channel: LabelChannel | None = None
    repair_level_curve: pd.DataFrame | None = None
    seconds: dict[str, float] = field(default_factory=dict)

    def encode(self, frame: pd.DataFrame, encoder: str) -> NDArray[np.float32]:
        """Return the latents of typed rows by the ``teacher`` or the ``student``, shape (n, d); see `posterior_of`."""
        return self.posterior_of(frame, encoder).mean

    def posterior_of(self, frame: pd.DataFrame, encoder: str) -> Posterior:
        """Return the latents of typed rows: means and standard deviations, or with a codebook a drawn codeword each."""
        return self._latents(self.encoding.encode(frame, self.schema), encoder).released()

    def reconstruct(self, frame: pd.DataFrame, encoder: str, *, seed: int | None) -> NDArray[np.int64]:
        """Decode typed rows from their own latents; returns codes, shape (n, columns).

        Args:
            frame: Typed rows.
            encoder: ``teacher`` or ``student``.
            seed: Seed of latents and codes. ``None``: the most likely codes at the likeliest latents.
        """
        rows = self.encoding.encode(frame, self.schema)
        latents = self._latents(rows, encoder)
        if seed is not None:
            parts = list(shards(np.arange(len(rows)), seed))
            sampled = [self._sample_codes(latents.take(s.source), s.rng)[0] for s in parts]
            return np.concatenate(sampled)[:, : rows.codes.shape[1]]
        decoder = cast("TableDecoder", self.networks["decoder"])
        mean, likeliest = latents.likeliest(), []
        with torch.inference_mode():
            for start in range(0, len(rows), ENCODE_ROWS):
                part = slice(start, start + ENCODE_ROWS)
                latent, groups = torch.from_numpy(mean[part]), torch.from_numpy(rows.groups[part])
                output = decoder(latent.to(self.device), groups.to(self.device))
                likeliest.append(decoder.likeliest(output).cpu().numpy())
        return np.concatenate(likeliest)[:, : rows.codes.shape[1]]

    def sample(
        self,
        rows: int,
        *,
        seed: int,
        encoder: str = "student",
        fair_labels: bool = True,
        proportions: Mapping[str, float] | None = None,
        repair_level: float | None = None,
        listener: Listener = ignore,
    ) -> GeneratedRows:
        """Generate rows.

        Args:
            rows: Number of rows, at least 1.
            seed: The same seed gives the same rows.
            encoder: ``student``, or ``teacher`` for the comparison.
            fair_labels: Whether to repair labels, if the channel is on. Otherwise they are drawn from the levels of
                the encoder's score, without calibration.
            proportions: Shares of groups; see ``plan_rows``.
            repair_level: Repair level, 0 to 1; the fitted one if not set.
            listener: Receives one event per shard.

        Raises:
            ConfigError: ``rows`` is below 1, a group does not exist, or a repair level is set without a label channel.
        """
        channel = self._channel_at(repair_level) if fair_labels else self._uncalibrated(encoder)
        columns = len(self.encoding.sensitive)
        plan = plan_rows(
            self.rows.groups, self.encoding.groups, rows, seed=seed, columns=columns, proportions=proportions
        )
        latents = self._latents(self.rows, encoder)
        frames, changed, corrected, flipped = [], [], [], []
        all_shards = list(shards(plan, seed))
        for done, shard in enumerate(all_shards, start=1):
            generated, own = self._decode(shard.source, latents, shard.rng)
            is_changed = is_corrected = is_flipped = np.zeros(len(generated), dtype=bool)
            if channel is not None:
                fair, is_corrected = channel.apply(generated, own, shard.rng)
                is_changed = fair != generated.target
                is_flipped = channel.positive[fair] != channel.positive[generated.target]
                generated = CodedRows(generated.codes, generated.groups, fair)
            frames.append(self.encoding.decode(generated, shard.rng))
            changed.append(is_changed)
            corrected.append(is_corrected)
            flipped.append(is_flipped)
            listener(Event("generate", done, len(all_shards)))
        frame = pd.concat(frames, ignore_index=True)
        frame = fill_schema_columns(frame, self.schema)
        return GeneratedRows(frame, *(np.concatenate(marks) for marks in (changed, corrected, flipped)))

    def _uncalibrated(self, encoder: str) -> LabelChannel | None:
        """Return the channel that draws outcomes from the levels of an encoder's score; ``None`` if it is off."""
        if self.channel is None:
            return None
        return self.channel.drawn_from(cast("LevelledScore", self.networks[SCORES[encoder]]))

    def _channel_at(self, repair_level: float | None) -> LabelChannel | None:
        if repair_level is None:
            return self.channel
        if self.channel is None:
            raise ConfigError(
                "The label channel is off here, so there is no repair level.",
                field="repair_level",
                remedies=[leave_out("repair_level")],
            )
        return replace(self.channel, repair_level=repair_level)

    def decode_latents(
        self,
        latents: NDArray[np.float32],
        groups: NDArray[np.int64],
        target: NDArray[np.int64],
        rng: np.random.Generator,
    ) -> pd.DataFrame:
        """Decode given latents (m, d), groups (m,) and target codes (m,) to typed rows."""
        codes, _ = self._sample_codes(RowLatents(latents, np.zeros_like(latents), groups), rng)
        return self.encoding.decode(CodedRows(codes[:, : len(self.encoding.columns)], groups, target), rng)

    def posterior(self, encoder: str) -> Posterior:
        """Return the latents of the train rows by the ``teacher`` or ``student``; see `posterior_of`."""
        return self._latents(self.rows, encoder).released()

    def calibration_sample(self, channel: LabelChannel, seed: int) -> CalibrationSample:
        """Generate the rows of ``sample`` with this seed, before label repair; at most as many as train rows."""
        plan = plan_rows(self.rows.groups, self.encoding.groups, min(len(self.rows), MAX_CALIBRATION_ROWS), seed=seed)
        latents = self._latents(self.rows, "student")
        parts, own, levels, uniforms = [], [], [], []
        for shard in shards(plan, seed):
            rows, probabilities = self._decode(shard.source, latents, shard.rng)
            parts.append(rows)
            own.append(probabilities)
            levels.append(channel.levels(rows, shard.rng))
            uniforms.append(shard.rng.random(len(shard.source)))
        joined = (np.concatenate([getattr(part, name) for part in parts]) for name in ("codes", "groups", "target"))
        generated = CodedRows(*joined)
        uniform = np.concatenate(uniforms)
        return CalibrationSample(
            self.encoding,
            self.rows,
            generated,
            np.concatenate(levels),
            np.concatenate(own),
            plan,
            uniform,
            seed,
            self.settings.classifier,
        )

    def _decode(
        self, source: NDArray[np.int64], latents: RowLatents, rng: np.random.Generator
    ) -> tuple[CodedRows, NDArray[np.float64]]:
        """Generate rows before label repair, and the distribution of each outcome, shape (m, target codes)."""
        groups = self.rows.groups
        codes, own = self._sample_codes(latents.take(source), rng)
        for _ in range(REDRAWS):
            copies = self._copies_of_source(codes, source)
            if not len(copies):
                break
            codes[copies], own[copies] = self._sample_codes(latents.take(source[copies]), rng)
        width = len(self.encoding.columns)
        if codes.shape[1] > width:
            return CodedRows(codes[:, :width], groups[source], codes[:, width]), own
        if self.channel is not None:
            own = self._own_probabilities[source]
        return CodedRows(codes, groups[source], self.rows.target[source]), own

    def _sample_codes(
        self, latents: RowLatents, rng: np.random.Generator
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Sample codes of rows with these latents.

        Returns:
            The codes, and the distribution of the last column, shape (m, its size). An autoregressive decoder adds the
            target codes as a last column.
        """
        drawn, groups = torch.from_numpy(latents.draw(rng)), torch.from_numpy(latents.groups)
        decoder = cast("TableDecoder", self.networks["decoder"])
        uniforms = torch.from_numpy(rng.random((len(groups), len(decoder.sizes)), dtype=np.float32))
        with torch.inference_mode():
            output = decoder(drawn.to(self.device), groups.to(self.device))
            codes = decoder.sample(output, uniforms)
            last: NDArray[np.float64] = decoder.last_column(output, codes).double().cpu().numpy()
        return codes.cpu().numpy(), last

    def _copies_of_source(self, codes: NDArray[np.int64], source: NDArray[np.int64]) -> NDArray[np.intp]:
        """Return the indices of rows that equal their source row, if few train rows have the same codes."""
        same = (codes[:, : self.rows.codes.shape[1]] == self.rows.codes[source]).all(axis=1)
        return np.flatnonzero(same & (self._identical_rows[source] < self.settings.encoding.rare_rows))

    @cached_property
    def _own_probabilities(self) -> NDArray[np.float64]:
        """The distribution of the outcome of each train row by its group and level, shape (n, target codes)."""
        assert self.channel is not None  # noqa: S101  # only repair asks for it
        return self.channel.own_probabilities(self.rows, np.random.default_rng(CODE_SEED))

    @cached_property
    def _identical_rows(self) -> NDArray[np.int64]:
        """Number of train rows with the same codes as each train row, itself included; shape (n,)."""
        _, row_of, counts = np.unique(self.rows.codes, axis=0, return_inverse=True, return_counts=True)
        return np.asarray(counts[row_of], dtype=np.int64)

    def _latents(self, rows: CodedRows, encoder: str) -> RowLatents:
        codebook = cast("Codebook | None", self.networks.get(codebook_name(encoder)))
        return RowLatents.of(self.networks[encoder], rows, self.device, codebook)

    def examples(self) -> TrainingData:
        """Return the train rows as input of the networks: the decoded codes, shape (n, columns), and groups."""
        rows = self.rows
        codes = np.column_stack([rows.codes, rows.target]) if self.decodes_target else rows.codes
        data, groups = (torch.from_numpy(part).to(self.device) for part in (codes, rows.groups))
        return TrainingData(data, groups, len(self.encoding.groups))

    @property
    def code_optimisation(self) -> Optimisation | None:
        """How the decoder is trained on codewords; ``None`` with continuous latents."""
        return self.settings.teacher.code_optimisation if codebook_name("teacher") in self.networks else None

    @property
    def decodes_target(self) -> bool:
        """Whether the decoder generates the label. Otherwise a row keeps the label of its source row."""
        return self.settings.teacher.autoregressive

    def encode_time_ratio(self) -> float:
        """Return the median time to encode the train rows, student over teacher, in alternation."""
        return time_ratio(lambda: self._latents(self.rows, "teacher"), lambda: self._latents(self.rows, "student"))
