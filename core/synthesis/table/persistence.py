"""Save and load the model of a table: encoding as JSON, weights as safetensors, coded rows as Parquet.

The scoring rule of the label channel is not saved: a network has learned its scores.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import torch

from core.data.encoding.table import CodedRows, TableEncoding
from core.errors import RunError
from core.events import Listener, ignore
from core.runs.run_folder import RunFolder
from core.synthesis.base import STUDENT
from core.synthesis.label_repair.fitting import channel_of
from core.synthesis.settings import SynthesisSettings
from core.synthesis.table.fitting import (
    build_networks,
    fit_labels,
    repairs_labels,
    untrained_model,
)
from core.synthesis.table.model import TableModel
from core.synthesis.teacher_student import load_networks, save_networks, train_resumable

ROWS = "train_codes"
OFFSETS, BANDS = "label_offsets", "label_bands"
REPAIR_LEVEL = "repair_level"


def fit_resumable(
    folder: RunFolder,
    frame: pd.DataFrame,
    settings: SynthesisSettings,
    *,
    seed: int,
    device: torch.device,
    listener: Listener = ignore,
) -> TableModel:
    """Fit on typed train rows, save each network once it is trained, and load networks that are already saved.

    Interruptions do not change the result: it is the same to the bit.
    """
    if folder.artifacts.has_table(ROWS):
        model = _load_untrained(folder, settings, seed=seed, device=device)
    else:
        model = untrained_model(frame, folder.schema.read(), settings, seed=seed, device=device)
        _save_rows(model, folder)
    train_resumable(model, folder, seed=seed, listener=listener)
    if folder.artifacts.has_tensors(OFFSETS):
        _load_labels(model, folder)
    else:
        fit_labels(model, seed=seed, listener=listener)
        folder.seconds.save(model.seconds)
        _save_labels(model, folder)
    return model


def save(model: TableModel, folder: RunFolder) -> None:
    """Save everything that sampling needs, including the coded train rows, which are personal data."""
    _save_rows(model, folder)
    save_networks(model, folder, tuple(model.networks))
    _save_labels(model, folder)


def load(
    folder: RunFolder,
    settings: SynthesisSettings,
    *,
    seed: int,
    device: torch.device,
) -> TableModel:
    """Load the model of a finished run.

    Raises:
        RunError: A file is missing or does not match the others.
    """
    model = _load_untrained(folder, settings, seed=seed, device=device)
    load_networks(model, folder, tuple(model.networks))
    _load_labels(model, folder)
    return model


def _load_untrained(folder: RunFolder, settings: SynthesisSettings, *, seed: int, device: torch.device) -> TableModel:
    """Load the saved encoding and rows, with untrained networks."""
    encoding = folder.encoding.read(TableEncoding)
    table = folder.artifacts.table(ROWS)
    codes = [f"c{index}" for index in range(len(encoding.columns))]
    if list(table.columns) != [*codes, "group", "target"]:
        raise RunError(f"The coded rows of {folder.path} do not match its encoding; the run folder is damaged.")
    rows = CodedRows(
        np.ascontiguousarray(table[codes].to_numpy(dtype=np.int64)),
        table["group"].to_numpy(dtype=np.int64),
        table["target"].to_numpy(dtype=np.int64),
    )
    networks = build_networks(encoding, settings, device, seed, len(rows))
    return TableModel(folder.schema.read(), settings, encoding, rows, networks, device, seconds=folder.seconds.read())


def _save_rows(model: TableModel, folder: RunFolder) -> None:
    folder.encoding.save(model.encoding)
    codes = {f"c{index}": model.rows.codes[:, index] for index in range(model.rows.codes.shape[1])}
    table = pd.DataFrame({**codes, "group": model.rows.groups, "target": model.rows.target})
    folder.artifacts.save_table(ROWS, table.astype("int32"))


def _save_labels(model: TableModel, folder: RunFolder) -> None:
    """Save the curve, and offsets and bands; these last, since they mark the stage as done."""
    if model.channel is None:
        return
    if model.repair_level_curve is not None:
        folder.artifacts.save_table(REPAIR_LEVEL, model.repair_level_curve)
    found = {OFFSETS: model.channel.offsets, BANDS: model.channel.bands}
    folder.artifacts.save_tensors(OFFSETS, {name: torch.from_numpy(part) for name, part in found.items()})


def _load_labels(model: TableModel, folder: RunFolder) -> None:
    if not repairs_labels(model.encoding, model.settings):
        return
    channel = channel_of(model.encoding, model.rows, model.settings.labels, model.score(STUDENT))
    found = {name: tensor.numpy() for name, tensor in folder.artifacts.tensors(OFFSETS).items()}
    model.channel = replace(channel, offsets=found[OFFSETS], bands=found.get(BANDS, channel.bands))
    model.repair_level_curve = folder.artifacts.table(REPAIR_LEVEL)
