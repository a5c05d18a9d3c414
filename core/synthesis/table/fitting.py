"""Fit the model of a table stage by stage: encoding, teacher, student, label channel."""

from __future__ import annotations

import pandas as pd
import torch
from torch import nn
from torch.nn import functional

from core.data.encoding.table import TableEncoding, fit_encoding
from core.data.schema import Schema
from core.events import Event, Listener, ignore
from core.synthesis.base import ENCODERS
from core.synthesis.codebook import codebook_name, codebook_size
from core.synthesis.label_repair.calibration import calibrate, repair_level_curve
from core.synthesis.label_repair.repair import fit_channel
from core.synthesis.settings import SynthesisSettings
from core.synthesis.table.model import TableModel
from core.synthesis.teacher_student import timed, train_student, train_teacher
from models.codebook import Codebook
from models.optimiser import seeded
from models.table import TableDecoder, TableEncoder


def build_networks(
    encoding: TableEncoding, settings: SynthesisSettings, device: torch.device, seed: int, rows: int
) -> dict[str, nn.Module]:
    """Build the untrained teacher, student, decoder and codebooks; initial weights depend on ``seed`` alone.

    ``rows``: number of train rows; a small table gets fewer codewords.
    """
    shape = (encoding.sizes, encoding.feature_index, len(encoding.groups))
    sizes = [*encoding.sizes, encoding.target.size] if settings.teacher.autoregressive else encoding.sizes
    teacher = settings.teacher
    allowed = functional.pad(
        torch.from_numpy(encoding.allowed_mask()), (0, sum(sizes) - sum(encoding.sizes)), value=True
    )
    networks: dict[str, nn.Module] = {
        "teacher": seeded(lambda: TableEncoder(*shape, teacher.hidden, teacher.latent), seed),
        "student": seeded(lambda: TableEncoder(*shape, settings.student.hidden, teacher.latent), seed + 1),
        "decoder": seeded(
            lambda: TableDecoder(sizes, allowed, teacher.hidden, teacher.latent, autoregressive=teacher.autoregressive),
            seed + 2,
        ),
    }
    if size := codebook_size(rows, teacher.codewords):
        for name in ENCODERS:
            networks[codebook_name(name)] = Codebook(size, len(encoding.groups), teacher.latent)
    return {name: network.to(device) for name, network in networks.items()}


def fit_table(
    frame: pd.DataFrame,
    schema: Schema,
    settings: SynthesisSettings,
    *,
    seed: int,
    device: torch.device,
    listener: Listener = ignore,
) -> TableModel:
    """Fit encoding, teacher, student and label channel on typed train rows."""
    model = untrained_model(frame, schema, settings, seed=seed, device=device)
    train_teacher(model, seed=seed, listener=listener)
    train_student(model, seed=seed, listener=listener)
    fit_labels(model, seed=seed, listener=listener)
    return model


def untrained_model(
    frame: pd.DataFrame, schema: Schema, settings: SynthesisSettings, *, seed: int, device: torch.device
) -> TableModel:
    """Fit the encoding of typed train rows and build the untrained networks."""
    encoding = fit_encoding(frame, schema, settings.encoding)
    rows = encoding.encode(frame, schema)
    networks = build_networks(encoding, settings, device, seed, len(rows))
    return TableModel(schema, settings, encoding, rows, networks, device)


def fit_labels(model: TableModel, *, seed: int, listener: Listener = ignore) -> None:
    """Fit the label channel in place; the same rows and seed give the same channel."""
    with timed(model.seconds, "labels"):
        _fit_channel(model, seed=seed, listener=listener)


def has_channel(model: TableModel) -> bool:
    """Return whether the model repairs labels: the channel is on and the target is binary."""
    return model.settings.labels.channel != "off" and bool(model.encoding.positive)


def _fit_channel(model: TableModel, *, seed: int, listener: Listener) -> None:
    labels = model.settings.labels
    # Offsets equalise selection rates. Equalized odds does not require that.
    rounds = labels.calibration_rounds if labels.criterion == "demographic_parity" else 0
    listener(Event("labels", 0, rounds + 2))
    if has_channel(model):
        model.channel = fit_channel(model.encoding, model.rows, labels, seed=seed)
        calibration_sample = model.calibration_sample(model.channel.rule, seed)
        for done, channel in enumerate(calibrate(model.channel, calibration_sample, rounds), start=1):
            model.channel = channel
            listener(Event("labels", done, rounds + 2))
        model.repair_level_curve = repair_level_curve(model.channel, calibration_sample, model.schema.min_group_size)
    listener(Event("labels", rounds + 2, rounds + 2))
