"""The fitted model of a table: encoding, teacher, student and label channel, and the rows that they generate.

The model keeps codes, groups and target codes of the train rows. These are personal data: every generated row starts
from the latent of a train row (`core.synthesis.table.train_latents`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import cast

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray
from torch import nn

from core.data.encoding.table import CodedRows, TableEncoding
from core.data.schema import Schema
from core.events import Listener, Tell, ignore
from core.synthesis.base import TEACHER
from core.synthesis.codebook import CODE_SEED, codebook_name, fit_shared_codes, share_codes
from core.synthesis.costs import time_ratio
from core.synthesis.evaluation import Posterior
from core.synthesis.label_repair.calibration import CalibrationSample
from core.synthesis.label_repair.criteria import Compared, compared_outcomes
from core.synthesis.label_repair.fitting import distil_score, fit_score
from core.synthesis.label_repair.repair import LabelChannel
from core.synthesis.sampling import shards
from core.synthesis.settings import SynthesisSettings
from core.synthesis.table.generated_rows import GeneratedRows, joined
from core.synthesis.table.latents import ENCODE_ROWS, RowLatents
from core.synthesis.table.row_generator import RowGenerator, at_repair_level, sample_codes
from core.synthesis.table.train_latents import TrainLatents, TrainRows
from core.synthesis.training_data import TrainingData
from models.codebook import Codebook
from models.fair_score import LevelledScore
from models.table import TableDecoder, TableEncoder

MAX_CALIBRATION_ROWS = 60_000


@dataclass
class TableModel:
    """A model that is fitted once and generates any number of rows.

    Args:
        schema: Kinds and roles of the table.
        settings: All hyperparameters.
        encoding: The fitted encoding.
        rows: Coded train rows.
        networks: ``teacher`` and ``student`` encoders, the ``decoder``, and the codebooks of both encoders if any.
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
            sampled = []
            for shard in shards(np.arange(len(rows)), seed):
                taken = latents.take(shard.source)
                codes, _ = sample_codes(self._decoder, taken.draw(shard.rng), taken.groups, shard.rng)
                sampled.append(codes)
            return np.concatenate(sampled)[:, : rows.codes.shape[1]]
        decoder = self._decoder
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
        made = self.sample_shards(
            rows,
            seed=seed,
            encoder=encoder,
            fair_labels=fair_labels,
            proportions=proportions,
            repair_level=repair_level,
            listener=listener,
        )
        return joined(made)

    def sample_shards(
        self,
        rows: int,
        *,
        seed: int,
        encoder: str = "student",
        fair_labels: bool = True,
        proportions: Mapping[str, float] | None = None,
        repair_level: float | None = None,
        cluster: str | None = None,
        listener: Listener = ignore,
    ) -> Iterator[GeneratedRows]:
        """Yield the rows of `sample` shard by shard; for ``cluster`` see `RowGenerator.generate`."""
        channel = at_repair_level(self.channel, repair_level) if fair_labels else self._uncalibrated(encoder)
        generator = self._row_generator(encoder, channel)
        return generator.generate(rows, seed=seed, proportions=proportions, cluster=cluster, listener=listener)

    def _row_generator(self, encoder: str, channel: LabelChannel | None) -> RowGenerator:
        """Return what generates rows from the latents of the train rows."""
        repaired_target = self.channel is not None and not self.decodes_target
        latents = self._latents(self.rows, encoder)
        rows = TrainRows(
            self.rows.codes,
            self.rows.target,
            replace(latents, codebook=None),
            self._identical_rows,
            self._own_probabilities if repaired_target else None,
        )
        source = TrainLatents(self.encoding, rows, latents.codebook, self.settings.encoding.rare_rows)
        return RowGenerator(self.schema, self.encoding, self._decoder, channel, source)

    def _uncalibrated(self, encoder: str) -> LabelChannel | None:
        """Return the channel that draws outcomes from the levels of an encoder's score; ``None`` if it is off."""
        if self.channel is None:
            return None
        return self.channel.drawn_from(self.score(encoder))

    def decode_latents(
        self,
        latents: NDArray[np.float32],
        groups: NDArray[np.int64],
        target: NDArray[np.int64],
        rng: np.random.Generator,
    ) -> pd.DataFrame:
        """Decode given latents (m, d), groups (m,) and target codes (m,) to typed rows."""
        codes, _ = sample_codes(self._decoder, latents, groups, rng)
        return self.encoding.decode(CodedRows(codes[:, : len(self.encoding.columns)], groups, target), rng)

    def encoder_means(self, encoder: str) -> NDArray[np.float32]:
        """Return the posterior means of the train rows, shape (n, d), from which codewords are drawn."""
        return self._latents(self.rows, encoder).mean

    def posterior(self, encoder: str) -> Posterior:
        """Return the latents of the train rows by the ``teacher`` or ``student``; see `posterior_of`."""
        return self._latents(self.rows, encoder).released()

    def calibration_sample(self, channel: LabelChannel, seed: int) -> CalibrationSample:
        """Generate the rows of ``sample`` with this seed, before label repair; at most as many as train rows."""
        generator = self._row_generator("student", None)
        plan = np.concatenate([*generator.source.plan(min(len(self.rows), MAX_CALIBRATION_ROWS), seed=seed)])
        parts, own, levels, uniforms = [], [], [], []
        for shard in shards(plan, seed):
            rows, probabilities = generator.coded(generator.source.take(shard.source), shard.rng)
            parts.append(rows)
            own.append(probabilities)
            levels.append(channel.levels(rows, shard.rng))
            uniforms.append(shard.rng.random(len(shard.source)))
        joined = (np.concatenate([getattr(part, name) for part in parts]) for name in ("codes", "groups", "target"))
        generated = CodedRows(*joined)
        sources, source = np.unique(plan, return_inverse=True)
        return CalibrationSample(
            self.encoding,
            self.rows.take(sources),
            generated,
            np.concatenate(levels),
            np.concatenate(own),
            source,
            np.concatenate(uniforms),
            seed,
            self.settings.classifier,
        )

    @property
    def _decoder(self) -> TableDecoder:
        return cast("TableDecoder", self.networks["decoder"])

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

    @property
    def compared(self) -> Compared:
        """The true outcomes among which label repair makes selection rates equal."""
        favours_positive = self.schema.favorable != "negative"
        return compared_outcomes(self.settings.labels.criterion, favours_positive=favours_positive)

    def score(self, encoder: str) -> LevelledScore:
        """Return the fair score of ``teacher`` or ``student``; there is one if labels are repaired."""
        score = cast("TableEncoder", self.networks[encoder]).score
        assert score is not None  # noqa: S101  # only repair asks for it
        return score

    def fit_score(self, encoder: str, *, seed: int, tell: Tell) -> None:
        """Fit the fair score of the ``teacher`` to a rule, or that of the ``student`` to the teacher's, if any."""
        if cast("TableEncoder", self.networks[encoder]).score is None:
            return
        table, teacher, compared = (self.encoding, self.rows), self.score(TEACHER), self.compared
        if encoder == TEACHER:
            fit_score(*table, self.settings.labels, teacher, compared=compared, seed=seed, tell=tell)
        else:
            distil_score(*table, teacher, self.score(encoder), compared=compared, seed=seed, tell=tell)

    def _latents(self, rows: CodedRows, encoder: str) -> RowLatents:
        codebook = cast("Codebook | None", self.networks.get(codebook_name(encoder)))
        return RowLatents.of(self.networks[encoder], rows, self.device, codebook)

    def examples(self) -> TrainingData:
        """Return the train rows as input of the networks: the decoded codes, shape (n, columns), and groups."""
        rows = self.rows
        codes = np.column_stack([rows.codes, rows.target]) if self.decodes_target else rows.codes
        data, groups = (torch.from_numpy(part).to(self.device) for part in (codes, rows.groups))
        return TrainingData(data, groups, len(self.encoding.groups))

    def fit_codes(self, encoder: str, *, seed: int, listener: Listener) -> None:
        """Fit the teacher's codewords and train the decoder on them, or give the student the teacher's, if any."""
        if codebook_name(encoder) not in self.networks:
            return
        if encoder == TEACHER:
            optimisation = self.settings.teacher.code_optimisation
            fit_shared_codes(self.networks, self.examples(), optimisation, seed=seed, listener=listener)
        else:
            share_codes(self.networks, self.examples())

    @property
    def decodes_target(self) -> bool:
        """Whether the decoder generates the label. Otherwise a row keeps the label of its source row."""
        return self.settings.teacher.autoregressive

    def encode_time_ratio(self) -> float:
        """Return the median time to encode the train rows, student over teacher, in alternation."""
        return time_ratio(lambda: self._latents(self.rows, "teacher"), lambda: self._latents(self.rows, "student"))
