"""Fit the model of a table stage by stage: encoding, teacher, student, label channel."""

from __future__ import annotations

from functools import partial
from typing import cast

import pandas as pd
import torch
from torch import nn
from torch.nn import functional

from core.data.encoding.table import TableEncoding, fit_encoding
from core.data.schema import Schema
from core.events import Event, Listener, ignore
from core.synthesis.base import ENCODERS, STUDENT, TEACHER
from core.synthesis.codebook import codebook_name, codebook_size
from core.synthesis.label_repair.calibration import calibrate, repair_level_curve
from core.synthesis.label_repair.criteria import compared_outcomes
from core.synthesis.label_repair.fitting import fit_channel
from core.synthesis.label_repair.score_levels import SCORES, level_count
from core.synthesis.settings import SynthesisSettings
from core.synthesis.table.model import TableModel
from core.synthesis.teacher_student import timed, train_student, train_teacher
from models.codebook import Codebook
from models.fair_score import FairClassScores, FairScore, LevelledScore
from models.optimiser import seeded
from models.table import TableDecoder, TableEncoder

SCORE_HIDDEN = 64
"""Units of the teacher's score; the student's has as many as its encoder."""


def build_networks(
    encoding: TableEncoding, settings: SynthesisSettings, device: torch.device, seed: int, rows: int
) -> dict[str, nn.Module]:
    """Build the untrained teacher, student, decoder, codebooks and scores; initial weights depend on ``seed`` alone.

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
    if repairs_labels(encoding, settings):
        is_class = not encoding.is_ordered and settings.labels.channel != "attribute_blind"
        score = FairClassScores if is_class else FairScore
        for number, (encoder, name) in enumerate(SCORES.items(), start=3):
            hidden = {TEACHER: SCORE_HIDDEN, STUDENT: settings.student.hidden}[encoder]
            levels = hidden, level_count(rows), encoding.target.size
            networks[name] = seeded(partial(score, *shape, *levels), seed + number)
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


def repairs_labels(encoding: TableEncoding, settings: SynthesisSettings) -> bool:
    """Return whether a model repairs labels: the channel is on and the target has a positive value."""
    return settings.labels.channel != "off" and bool(encoding.positive)


def score_networks(model: TableModel) -> tuple[LevelledScore, LevelledScore]:
    """Return the score networks of teacher and student."""
    teacher, student = (cast("LevelledScore", model.networks[name]) for name in SCORES.values())
    return teacher, student


def _fit_channel(model: TableModel, *, seed: int, listener: Listener) -> None:
    labels = model.settings.labels
    rounds = labels.calibration_rounds
    listener(Event("labels", 0, rounds + 2))
    if repairs_labels(model.encoding, model.settings):
        compared = compared_outcomes(labels.criterion, favours_positive=model.schema.favorable != "negative")
        channel = fit_channel(model.encoding, model.rows, labels, score_networks(model), compared=compared, seed=seed)
        model.channel = channel  # the sample's own outcomes are drawn from its levels if the decoder makes none
        calibration_sample = model.calibration_sample(channel, seed)
        model.channel = calibration_sample.keeping_shares(channel)
        calibrated = calibrate(channel, calibration_sample, compared, rounds)
        for done, model.channel in enumerate(calibrated, start=1):
            listener(Event("labels", done, rounds + 2))
        model.repair_level_curve = repair_level_curve(model.channel, calibration_sample, model.schema.min_group_size)
    listener(Event("labels", rounds + 2, rounds + 2))
