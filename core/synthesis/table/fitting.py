"""Fit the model of a table stage by stage: encoding, teacher, student, label channel."""

from __future__ import annotations

from functools import partial
from typing import cast

import pandas as pd
import torch
from torch import nn

from core.data.encoding.table import TableEncoding, fit_encoding
from core.data.schema import Schema
from core.events import Event, Listener, ignore
from core.synthesis.base import ENCODERS, STUDENT, TEACHER
from core.synthesis.codebook import codebook_name, codebook_size
from core.synthesis.label_repair.calibration import calibrate, repair_level_curve
from core.synthesis.label_repair.fitting import channel_of
from core.synthesis.label_repair.score_levels import level_count
from core.synthesis.settings import SynthesisSettings
from core.synthesis.table.decoders import decoder_of, decoder_units
from core.synthesis.table.model import TableModel
from core.synthesis.teacher_student import timed, train_student, train_teacher
from models.codebook import Codebook
from models.fair_score import FairClassScores, FairScore, LevelledScore
from models.optimiser import seeded
from models.table import TableEncoder

SCORE_HIDDEN = 64
"""Units of the teacher's score; the student's has as many as its encoder."""
CODEWORDS_PER_SCALE = 16
"""Codewords by which the rank of the fair score counts once more in them, against other coordinates of the latent: 128
tell the rank almost exactly, and a few would tell nothing else."""


def build_networks(
    encoding: TableEncoding, settings: SynthesisSettings, device: torch.device, seed: int, rows: int
) -> dict[str, nn.Module]:
    """Build the untrained teacher, student, decoder, codebooks and scores; initial weights depend on ``seed`` alone.

    ``rows``: number of train rows; a small table gets fewer codewords, and a decoder of fewer units.
    """
    shape = (encoding.sizes, encoding.feature_index, len(encoding.groups))
    repairs = repairs_labels(encoding, settings)
    teacher, hidden = settings.teacher, {TEACHER: SCORE_HIDDEN, STUDENT: settings.student.hidden}
    units = decoder_units(rows, teacher.hidden, autoregressive=teacher.autoregressive)
    scores = {
        name: seeded(partial(_score, encoding, settings, hidden[name], rows), seed + number) if repairs else None
        for number, name in enumerate(ENCODERS, start=3)
    }
    networks: dict[str, nn.Module] = {
        "teacher": seeded(lambda: TableEncoder(*shape, teacher.hidden, teacher.latent, scores[TEACHER]), seed),
        "student": seeded(
            lambda: TableEncoder(*shape, settings.student.hidden, teacher.latent, scores[STUDENT]), seed + 1
        ),
        "decoder": seeded(
            lambda: decoder_of(encoding, units, teacher.latent, autoregressive=teacher.autoregressive),
            seed + 2,
        ),
    }
    if size := codebook_size(rows, teacher.codewords):
        for name in ENCODERS:
            told = cast("TableEncoder", networks[name]).told
            scale = [max(size / CODEWORDS_PER_SCALE, 1.0)] * told + [1.0] * (teacher.latent - told)
            networks[codebook_name(name)] = Codebook(size, len(encoding.groups), scale)
    return {name: network.to(device) for name, network in networks.items()}


def _score(encoding: TableEncoding, settings: SynthesisSettings, hidden: int, rows: int) -> LevelledScore:
    """Return an untrained score: one of ordered outcomes, or one for each class."""
    is_class = not encoding.is_ordered and settings.labels.channel != "attribute_blind"
    kind = FairClassScores if is_class else FairScore
    groups, outcomes = len(encoding.groups), encoding.target.size
    return kind(encoding.sizes, encoding.feature_index, groups, hidden, level_count(rows), outcomes)


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


def _fit_channel(model: TableModel, *, seed: int, listener: Listener) -> None:
    labels = model.settings.labels
    rounds = labels.calibration_rounds
    listener(Event("labels", 0, rounds + 2))
    if repairs_labels(model.encoding, model.settings):
        channel = channel_of(model.encoding, model.rows, labels, model.score(STUDENT))
        model.channel = channel  # the sample's own outcomes are drawn from its levels if the decoder makes none
        calibration_sample = model.calibration_sample(channel, seed)
        seen = labels.channel == "attribute_aware"  # auto is for classifiers that do not see the groups too
        calibrated = calibrate(channel, calibration_sample, model.compared, rounds, bands=seen)
        for done, model.channel in enumerate(calibrated, start=1):
            listener(Event("labels", done, rounds + 2))
        model.repair_level_curve = repair_level_curve(model.channel, calibration_sample, model.schema.min_group_size)
    listener(Event("labels", rounds + 2, rounds + 2))
