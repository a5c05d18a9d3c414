"""The fitted model of a table: encoding, teacher, student and label channel, and the rows that they make.

A row that comes out with all the codes of the very row it was made from is drawn again, up to three times, unless many
train rows look like that: on Adult this takes exact copies of train rows from 4 in 100,000 to none.

What it keeps of the train rows (their codes, groups and target codes) is personal data: every generated row starts
from the latent of one of them.
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
from core.errors import ConfigError
from core.events import Event, Listener, ignore
from core.synthesis.costs import time_ratio
from core.synthesis.label_repair.calibration import CalibrationSample
from core.synthesis.label_repair.repair import LabelChannel
from core.synthesis.label_repair.scoring_rules import FairScoringRule
from core.synthesis.sampling import plan_rows, shards
from core.synthesis.settings import SynthesisSettings
from core.synthesis.training_data import Examples
from models.table import TableDecoder

ENCODE_ROWS = 4096
REDRAWS = 3
MAX_REHEARSED = 60_000


@dataclass(frozen=True)
class GeneratedRows:
    """Generated rows: the typed table, and which labels the channel changed (shape (rows,))."""

    frame: pd.DataFrame
    changed: NDArray[np.bool_]


@dataclass
class TableModel:
    """Fit once, sample any number of rows.

    Args:
        schema: Kinds and roles of the table.
        settings: All hyperparameters.
        encoding: Fitted codes.
        rows: Coded train rows.
        networks: ``teacher`` and ``student`` encoders and the ``decoder``.
        channel: The fitted label channel; ``None`` when it is off.
        repair_level_curve: What each repair level of the channel does; ``None`` when it is off.
        seconds: Time spent by stage.
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
        """Posterior means of typed rows by the ``teacher`` or the ``student``; shape (n, d)."""
        return self._posterior(self.encoding.encode(frame, self.schema), encoder)[0]

    def reconstruct(self, frame: pd.DataFrame, encoder: str, *, seed: int | None) -> NDArray[np.int64]:
        """Codes that typed rows decode to from their own latents, shape (n, columns).

        Args:
            frame: Typed rows.
            encoder: ``teacher`` or ``student``.
            seed: Seed of the latents' and the cells' chance; ``None``: the most likely cells at the mean latents.
        """
        rows = self.encoding.encode(frame, self.schema)
        mean, deviation = self._posterior(rows, encoder)
        if seed is not None:
            parts = list(shards(np.arange(len(rows)), seed))
            drawn = [self._draw(rows.groups[s.source], mean[s.source], deviation[s.source], s.rng)[0] for s in parts]
            return np.concatenate(drawn)[:, : rows.codes.shape[1]]
        decoder = cast("TableDecoder", self.networks["decoder"])
        likeliest = []
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
            rows: How many.
            seed: Same seed, same rows, however they are cut into shards.
            encoder: ``student``, or ``teacher`` for the comparison.
            fair_labels: Pass labels through the channel (if it is on); otherwise each keeps the label it was made with.
            proportions: Shares of groups; see ``plan_rows``.
            repair_level: Of the label channel, 0 to 1, if other than the fitted one.
            listener: Receives one event a shard.

        Raises:
            ConfigError: Fewer than one row, groups that are not there, or a repair level without a label channel.
        """
        channel = self._channel_at(repair_level) if fair_labels else None
        columns = len(self.encoding.sensitive)
        plan = plan_rows(
            self.rows.groups, self.encoding.groups, rows, seed=seed, columns=columns, proportions=proportions
        )
        mean, deviation = self._posterior(self.rows, encoder)
        frames, changed = [], []
        pieces = list(shards(plan, seed))
        for done, shard in enumerate(pieces, start=1):
            generated, own = self._decode(shard.source, mean, deviation, shard.rng)
            if channel is not None:
                fair = channel.apply(generated, own, shard.rng)
                moved = channel.positive[fair] != channel.positive[generated.target]
                generated = CodedRows(generated.codes, generated.groups, fair)
            else:
                moved = np.zeros(len(generated), dtype=bool)
            frames.append(self.encoding.decode(generated, shard.rng))
            changed.append(moved)
            listener(Event("generate", done, len(pieces)))
        frame = pd.concat(frames, ignore_index=True)
        return GeneratedRows(fill_schema_columns(frame, self.schema), np.concatenate(changed))

    def _channel_at(self, repair_level: float | None) -> LabelChannel | None:
        if repair_level is None:
            return self.channel
        if self.channel is None:
            raise ConfigError("The fair label channel is off here, so there is no repair level; leave it out.")
        return replace(self.channel, repair_level=repair_level)

    def decode_latents(
        self,
        latents: NDArray[np.float32],
        groups: NDArray[np.int64],
        target: NDArray[np.int64],
        rng: np.random.Generator,
    ) -> pd.DataFrame:
        """Values of the coded columns for latents (m, d), groups (m,) and target codes (m,) from elsewhere."""
        codes, _ = self._draw(groups, latents, np.zeros_like(latents), rng)
        return self.encoding.decode(CodedRows(codes[:, : len(self.encoding.columns)], groups, target), rng)

    def posterior(self, encoder: str) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Means and standard deviations of the train rows' latents by the ``teacher`` or the ``student``; (n, d)."""
        return self._posterior(self.rows, encoder)

    def calibration_sample(self, rule: FairScoringRule, seed: int) -> CalibrationSample:
        """The rows that ``sample`` makes with this seed, as many as there are train rows, before they get labels."""
        plan = plan_rows(self.rows.groups, self.encoding.groups, min(len(self.rows), MAX_REHEARSED), seed=seed)
        mean, deviation = self._posterior(self.rows, "student")
        made, owns, uniforms = [], [], []
        for shard in shards(plan, seed):
            rows, own = self._decode(shard.source, mean, deviation, shard.rng)
            made.append(rows)
            owns.append(own)
            uniforms.append(shard.rng.random(len(shard.source)))
        joined = (np.concatenate([getattr(part, name) for part in made]) for name in ("codes", "groups", "target"))
        generated, own = CodedRows(*joined), np.concatenate(owns)
        uniform = np.concatenate(uniforms)
        return CalibrationSample(
            self.encoding,
            self.rows,
            generated,
            rule.margin(generated),
            own,
            plan,
            uniform,
            seed,
            self.settings.classifier,
        )

    def _decode(
        self,
        source: NDArray[np.int64],
        mean: NDArray[np.float32],
        deviation: NDArray[np.float32],
        rng: np.random.Generator,
    ) -> tuple[CodedRows, NDArray[np.float64]]:
        """Generated rows with a label of their own, and the probability that it is positive, shape (m,)."""
        groups = self.rows.groups
        codes, own = self._draw(groups[source], mean[source], deviation[source], rng)
        for _ in range(REDRAWS):
            same = self._gives_away(codes, source)
            if not len(same):
                break
            again = source[same]
            codes[same], own[same] = self._draw(groups[again], mean[again], deviation[again], rng)
        width = len(self.encoding.columns)
        if codes.shape[1] > width:
            return CodedRows(codes[:, :width], groups[source], codes[:, width]), own
        if self.channel is not None:
            own = self.channel.rule.out_of_fold_scores()[source]
        return CodedRows(codes, groups[source], self.rows.target[source]), own

    def _draw(
        self,
        groups: NDArray[np.int64],
        mean: NDArray[np.float32],
        deviation: NDArray[np.float32],
        rng: np.random.Generator,
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Codes of rows with these groups, shape (m,), and posteriors, shape (m, d).

        An autoregressive decoder adds the target's codes as a last column; then comes how probable a positive one is.
        """
        noise = rng.standard_normal(mean.shape, dtype=np.float32)
        decoder = cast("TableDecoder", self.networks["decoder"])
        uniforms = torch.from_numpy(rng.random((len(groups), len(decoder.sizes)), dtype=np.float32))
        latent = torch.from_numpy(mean + deviation * noise).to(self.device)
        with torch.inference_mode():
            output = decoder(latent, torch.from_numpy(groups).to(self.device))
            codes = decoder.sample(output, uniforms)
            last: NDArray[np.float64] = decoder.last_column(output, codes).double().cpu().numpy()
        positive = list(self.encoding.positive) if self.decodes_target else []
        return codes.cpu().numpy(), last[:, positive].sum(axis=1)

    def _gives_away(self, codes: NDArray[np.int64], source: NDArray[np.int64]) -> NDArray[np.intp]:
        """Places of rows that came out as the very row they were made from, where few train rows are like it."""
        same = (codes[:, : self.rows.codes.shape[1]] == self.rows.codes[source]).all(axis=1)
        return np.flatnonzero(same & (self._alike[source] < self.settings.encoding.rare_rows))

    @cached_property
    def _alike(self) -> NDArray[np.int64]:
        """How many train rows have all the codes of each train row, itself included; shape (n,)."""
        _, kind, count = np.unique(self.rows.codes, axis=0, return_inverse=True, return_counts=True)
        return np.asarray(count[kind], dtype=np.int64)

    def _posterior(self, rows: CodedRows, encoder: str) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        network = self.networks[encoder]
        means, deviations = [], []
        with torch.inference_mode():
            for start in range(0, len(rows), ENCODE_ROWS):
                part = slice(start, start + ENCODE_ROWS)
                codes = torch.from_numpy(rows.codes[part]).to(self.device)
                mean, log_variance = network(codes, torch.from_numpy(rows.groups[part]).to(self.device))
                means.append(mean.cpu().numpy())
                deviations.append((0.5 * log_variance).exp().cpu().numpy())
        return np.concatenate(means), np.concatenate(deviations)

    def examples(self) -> Examples:
        """The train rows as the networks learn them: codes that the decoder learns, shape (n, columns), and groups."""
        rows = self.rows
        codes = np.column_stack([rows.codes, rows.target]) if self.decodes_target else rows.codes
        data, groups = (torch.from_numpy(part).to(self.device) for part in (codes, rows.groups))
        return Examples(data, groups, len(self.encoding.groups))

    @property
    def decodes_target(self) -> bool:
        """Whether the decoder makes the label too; else a row keeps that of the row it is made from."""
        return self.settings.teacher.autoregressive

    def encode_time_ratio(self) -> float:
        """Median time to encode the train rows, student over teacher, alternately in one run."""
        return time_ratio(lambda: self._posterior(self.rows, "teacher"), lambda: self._posterior(self.rows, "student"))
