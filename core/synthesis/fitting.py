"""Fitting a table synthesizer, stage by stage: encoding, teacher, student, label channel."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pandas as pd
import torch
from torch import nn
from torch.nn import functional

from core.data.encoding.table import TableEncoding, fit_encoding
from core.data.schema import Schema
from core.events import Event, Listener, ignore
from core.synthesis.distillation import distil
from core.synthesis.image import ImageSynthesizer
from core.synthesis.label_repair.calibration import calibrated, repair_level_curve
from core.synthesis.label_repair.repair import fit_channel
from core.synthesis.settings import SynthesisSettings
from core.synthesis.table import TableSynthesizer
from core.synthesis.teacher import fit_teacher
from models.optimiser import seeded
from models.table import TableDecoder, TableEncoder


def build_networks(
    encoding: TableEncoding, settings: SynthesisSettings, device: torch.device, seed: int
) -> dict[str, nn.Module]:
    """Untrained teacher, student and decoder; initial weights depend on ``seed`` alone."""
    shape = (encoding.sizes, encoding.feature_index, len(encoding.groups))
    sizes = [*encoding.sizes, encoding.target.size] if settings.teacher.autoregressive else encoding.sizes
    teacher = settings.teacher
    allowed = functional.pad(
        torch.from_numpy(encoding.allowed_mask()), (0, sum(sizes) - sum(encoding.sizes)), value=True
    )
    networks = {
        "teacher": seeded(lambda: TableEncoder(*shape, teacher.hidden, teacher.latent), seed),
        "student": seeded(lambda: TableEncoder(*shape, settings.student.hidden, teacher.latent), seed + 1),
        "decoder": seeded(
            lambda: TableDecoder(sizes, allowed, teacher.hidden, teacher.latent, autoregressive=teacher.autoregressive),
            seed + 2,
        ),
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


def train_teacher(made: TableSynthesizer | ImageSynthesizer, *, seed: int, listener: Listener = ignore) -> None:
    """Train teacher and decoder, in place."""
    networks = made.networks
    with _timed(made.seconds, "teacher"):
        fit_teacher(
            networks["teacher"],
            networks["decoder"],
            made.examples(),
            made.settings.teacher,
            seed=seed,
            listener=listener,
        )


def train_student(made: TableSynthesizer | ImageSynthesizer, *, seed: int, listener: Listener = ignore) -> None:
    """Distil the student from the trained teacher, in place."""
    networks = made.networks
    with _timed(made.seconds, "student"):
        distil(
            networks["teacher"],
            networks["student"],
            made.examples(),
            made.settings.student,
            seed=seed + 1,
            listener=listener,
        )


def fit_labels(made: TableSynthesizer, *, seed: int, listener: Listener = ignore) -> None:
    """Fit the label channel, in place: same rows and seed, same channel."""
    with _timed(made.seconds, "labels"):
        _fit_labels(made, seed=seed, listener=listener)


def has_channel(made: TableSynthesizer) -> bool:
    """Whether the settings ask for the fair label channel and the target is binary, so that there can be one."""
    return made.settings.labels.channel != "off" and bool(made.encoding.positive)


def _fit_labels(made: TableSynthesizer, *, seed: int, listener: Listener) -> None:
    labels = made.settings.labels
    # Offsets bring selection rates together, which is not what equalized odds asks for.
    rounds = labels.calibration_rounds if labels.criterion == "demographic_parity" else 0
    listener(Event("labels", 0, rounds + 2))
    if has_channel(made):
        made.channel = fit_channel(made.encoding, made.rows, labels, seed=seed)
        calibration_sample = made.calibration_sample(made.channel.rule, seed)
        for done, channel in enumerate(calibrated(made.channel, calibration_sample, rounds), start=1):
            made.channel = channel
            listener(Event("labels", done, rounds + 2))
        made.repair_level_curve = repair_level_curve(made.channel, calibration_sample, made.schema.min_group_size)
    listener(Event("labels", rounds + 2, rounds + 2))


@contextmanager
def _timed(seconds: dict[str, float], stage: str) -> Iterator[None]:
    started = time.perf_counter()
    yield
    seconds[stage] = time.perf_counter() - started
