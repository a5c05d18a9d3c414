"""A fitted table synthesizer: encoding, teacher, student and label channel, and the rows that they make.

What it keeps of the train rows (their codes, groups and target codes) is personal data: every generated row starts
from the latent of one of them.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import cast

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray
from torch import nn

from core.data.encoding.table import CodedRows, TableEncoding, fit_encoding
from core.data.schema import Kind, Role, Schema
from core.events import Event, Listener, ignore
from core.synthesis.distil import distil
from core.synthesis.labels import LabelChannel, fit_channel
from core.synthesis.sampling import plan_rows, shards
from core.synthesis.settings import SynthesisSettings
from core.synthesis.teacher import fit_teacher
from core.synthesis.training import seeded
from models.table import TableDecoder, TableEncoder

ENCODERS = ("teacher", "student")
ENCODE_ROWS = 4096
TIMED_PASSES = 5


@dataclass(frozen=True)
class Sample:
    """Generated rows: the typed table, and which labels the channel changed (shape (rows,))."""

    frame: pd.DataFrame
    changed: NDArray[np.bool_]


@dataclass
class TableSynthesizer:
    """Fit once, sample any number of rows.

    Args:
        schema: Kinds and roles of the table.
        settings: All dials.
        encoding: Fitted codes.
        rows: Coded train rows.
        networks: ``teacher`` and ``student`` encoders and the ``decoder``.
        channel: The fitted label channel; ``None`` when it is off.
        seconds: Time spent by stage.
    """

    schema: Schema
    settings: SynthesisSettings
    encoding: TableEncoding
    rows: CodedRows
    networks: dict[str, nn.Module]
    device: torch.device
    channel: LabelChannel | None = None
    seconds: dict[str, float] = field(default_factory=dict)

    def encode(self, frame: pd.DataFrame, encoder: str) -> NDArray[np.float32]:
        """Posterior means of typed rows by the ``teacher`` or the ``student``; shape (n, d)."""
        return self._posterior(self.encoding.encode(frame, self.schema), encoder)[0]

    def sample(
        self,
        rows: int,
        *,
        seed: int,
        encoder: str = "student",
        fair_labels: bool = True,
        proportions: Mapping[str, float] | None = None,
        listener: Listener = ignore,
    ) -> Sample:
        """Generate rows.

        Args:
            rows: How many.
            seed: Same seed, same rows, however they are cut into shards.
            encoder: ``student``, or ``teacher`` for the comparison.
            fair_labels: Pass labels through the channel (if it is on); otherwise the source row's own label stays.
            proportions: Shares of groups; see ``plan_rows``.
            listener: Receives one event a shard.
        """
        plan = plan_rows(self.rows.groups, self.encoding.groups, rows, seed=seed, proportions=proportions)
        mean, deviation = self._posterior(self.rows, encoder)
        frames, changed = [], []
        pieces = list(shards(plan, seed))
        for done, shard in enumerate(pieces, start=1):
            generated = self._decode(shard.source, mean, deviation, shard.rng)
            if fair_labels and self.channel is not None:
                fair = self.channel.apply(generated, shard.source, shard.rng)
                moved = self.channel.positive[fair] != self.channel.positive[generated.target]
                generated = CodedRows(generated.codes, generated.groups, fair)
            else:
                moved = np.zeros(len(generated), dtype=bool)
            frames.append(self.encoding.decode(generated, shard.rng))
            changed.append(moved)
            listener(Event("generate", done, len(pieces)))
        frame = pd.concat(frames, ignore_index=True)
        return Sample(_as_schema(frame, self.schema), np.concatenate(changed))

    def _decode(
        self,
        source: NDArray[np.int64],
        mean: NDArray[np.float32],
        deviation: NDArray[np.float32],
        rng: np.random.Generator,
    ) -> CodedRows:
        noise = rng.standard_normal((len(source), mean.shape[1]), dtype=np.float32)
        uniforms = torch.from_numpy(rng.random((len(source), len(self.encoding.columns)), dtype=np.float32))
        latent = torch.from_numpy(mean[source] + deviation[source] * noise).to(self.device)
        groups = torch.from_numpy(self.rows.groups[source])
        decoder = cast("TableDecoder", self.networks["decoder"])
        with torch.inference_mode():
            logits = decoder(latent, groups.to(self.device)).cpu()
            codes = decoder.sample(logits, uniforms).numpy()
        return CodedRows(codes, self.rows.groups[source], self.rows.target[source])

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

    def tensors(self) -> tuple[torch.Tensor, torch.Tensor]:
        """Codes, shape (n, columns), and groups, shape (n,), of the train rows on the device."""
        return torch.from_numpy(self.rows.codes).to(self.device), torch.from_numpy(self.rows.groups).to(self.device)

    def size_ratio(self) -> float:
        """Parameters of the student's encoder over the teacher's."""
        student, teacher = (parameter_count(self.networks[name]) for name in reversed(ENCODERS))
        return student / teacher

    def encode_time_ratio(self) -> float:
        """Median time to encode the train rows, student over teacher, alternately in one run."""
        taken: dict[str, list[float]] = {name: [] for name in ENCODERS}
        for _ in range(TIMED_PASSES):
            for name in ENCODERS:
                started = time.perf_counter()
                self._posterior(self.rows, name)
                taken[name].append(time.perf_counter() - started)
        return float(np.median(taken["student"]) / np.median(taken["teacher"]))


def parameter_count(network: nn.Module) -> int:
    """Number of trained numbers in a network."""
    return sum(parameter.numel() for parameter in network.parameters())


def _as_schema(frame: pd.DataFrame, schema: Schema) -> pd.DataFrame:
    """The schema's columns in its order: identifiers are fresh serial numbers, ignored columns are empty."""
    columns = {}
    for column in schema.columns:
        if column.kind is Kind.IDENTIFIER and column.role is Role.IGNORED:
            columns[column.name] = pd.Series(np.arange(1, len(frame) + 1)).astype("str")
        elif column.role is Role.IGNORED:
            columns[column.name] = pd.Series([None] * len(frame), dtype=_DTYPES[column.kind])
        else:
            columns[column.name] = frame[column.name]
    return pd.DataFrame(columns)


_DTYPES = {
    Kind.CATEGORICAL: "str",
    Kind.IDENTIFIER: "str",
    Kind.NUMERICAL: "float64",
    Kind.INTEGER: "Int64",
    Kind.BOOLEAN: "boolean",
    Kind.DATETIME: "datetime64[us]",
}


def build_networks(
    encoding: TableEncoding, settings: SynthesisSettings, device: torch.device, seed: int
) -> dict[str, nn.Module]:
    """Untrained teacher, student and decoder; initial weights depend on ``seed`` alone."""
    shape = (encoding.sizes, encoding.feature_index, len(encoding.groups))
    latent = settings.teacher.latent
    allowed = torch.from_numpy(encoding.allowed_mask())
    networks = {
        "teacher": seeded(lambda: TableEncoder(*shape, settings.teacher.hidden, latent), seed),
        "student": seeded(lambda: TableEncoder(*shape, settings.student.hidden, latent), seed + 1),
        "decoder": seeded(lambda: TableDecoder(encoding.sizes, allowed, settings.teacher.hidden, latent), seed + 2),
    }
    return {name: network.to(device) for name, network in networks.items()}


def fit_table(
    frame: pd.DataFrame,
    schema: Schema,
    settings: SynthesisSettings,
    *,
    seed: int,
    device: torch.device,
    listener: Listener = ignore,
) -> TableSynthesizer:
    """Fit encoding, teacher, student and label channel on typed train rows."""
    made = untrained(frame, schema, settings, seed=seed, device=device)
    train_teacher(made, seed=seed, listener=listener)
    train_student(made, seed=seed, listener=listener)
    fit_labels(made, seed=seed, listener=listener)
    return made


def untrained(
    frame: pd.DataFrame, schema: Schema, settings: SynthesisSettings, *, seed: int, device: torch.device
) -> TableSynthesizer:
    """The encoding of typed train rows, and networks with their initial weights."""
    encoding = fit_encoding(frame, schema, settings.encoding)
    networks = build_networks(encoding, settings, device, seed)
    return TableSynthesizer(schema, settings, encoding, encoding.encode(frame, schema), networks, device)


def train_teacher(made: TableSynthesizer, *, seed: int, listener: Listener = ignore) -> None:
    """Train teacher and decoder, in place."""
    networks, (codes, groups) = made.networks, made.tensors()
    count = len(made.encoding.groups)
    with _timed(made.seconds, "teacher"):
        fit_teacher(
            networks["teacher"],
            networks["decoder"],
            codes,
            groups,
            count,
            made.settings.teacher,
            seed=seed,
            listener=listener,
        )


def train_student(made: TableSynthesizer, *, seed: int, listener: Listener = ignore) -> None:
    """Distil the student from the trained teacher, in place."""
    networks, settings = made.networks, made.settings.student
    with _timed(made.seconds, "student"):
        distil(networks["teacher"], networks["student"], *made.tensors(), settings, seed=seed + 1, listener=listener)


def fit_labels(made: TableSynthesizer, *, seed: int, listener: Listener = ignore) -> None:
    """Fit the label channel, in place: same rows and seed, same channel."""
    with _timed(made.seconds, "labels"):
        made.channel = channel_for(made, seed=seed, listener=listener)


def channel_for(made: TableSynthesizer, *, seed: int, listener: Listener = ignore) -> LabelChannel | None:
    """The label channel that the settings ask for, or ``None`` where it is off or the target is not binary."""
    if made.settings.labels.channel == "off" or not made.encoding.positive:
        return None
    listener(Event("labels", 0, 1))
    channel = fit_channel(made.encoding, made.rows, made.settings.labels, seed=seed)
    listener(Event("labels", 1, 1))
    return channel


@contextmanager
def _timed(seconds: dict[str, float], stage: str) -> Iterator[None]:
    started = time.perf_counter()
    yield
    seconds[stage] = time.perf_counter() - started
