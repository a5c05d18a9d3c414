"""A fitted synthesizer in a run folder and back: encoding as JSON, weights as safetensors, coded rows as Parquet.

The law of the label channel is fitted anew on loading, from the coded rows: same rows and seed, same law, no pickle.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import torch

from core.data.encoding.table import CodedRows, TableEncoding
from core.errors import RunError
from core.events import Event, Listener, ignore
from core.runs.run_folder import RunFolder
from core.synthesis.fitting import (
    build_networks,
    fit_labels,
    has_channel,
    train_student,
    train_teacher,
    untrained,
)
from core.synthesis.image import ImageSynthesizer, untrained_images
from core.synthesis.image_settings import ImageSettings
from core.synthesis.label_repair.repair import fit_channel
from core.synthesis.settings import SynthesisSettings
from core.synthesis.table import TableSynthesizer

ROWS = "train_codes"
OFFSETS = "label_offsets"
BLIND = "blind"
REPAIR_LEVEL = "repair_level"

Made = TableSynthesizer | ImageSynthesizer
_Training = Callable[..., None]
TRAININGS: dict[str, tuple[_Training, tuple[str, ...]]] = {
    "teacher": (train_teacher, ("decoder", "teacher")),
    "student": (train_student, ("student",)),
}
"""By stage: what trains, and the networks that it leaves, the one that proves the stage done last."""


def fit_kept(
    folder: RunFolder,
    frame: pd.DataFrame,
    settings: SynthesisSettings,
    *,
    seed: int,
    device: torch.device,
    listener: Listener = ignore,
) -> TableSynthesizer:
    """Fit on typed train rows and keep each network as soon as it is trained; what is kept is not trained again.

    The result is the same to the bit, however often it was interrupted.
    """
    if folder.artifacts.has_table(ROWS):
        made = _started(folder, settings, seed=seed, device=device)
    else:
        made = untrained(frame, folder.schema.read(), settings, seed=seed, device=device)
        _save_rows(made, folder)
    _train_kept(made, folder, seed=seed, listener=listener)
    if folder.artifacts.has_tensors(OFFSETS):
        _load_labels(made, folder, seed=seed, listener=listener)
    else:
        fit_labels(made, seed=seed, listener=listener)
        folder.seconds.save(made.seconds)
        _save_labels(made, folder)
    return made


def fit_images_kept(
    folder: RunFolder, settings: ImageSettings, *, seed: int, device: torch.device, listener: Listener = ignore
) -> ImageSynthesizer:
    """The same for images, which lie in the folder beside their table."""
    made = _untrained_images(folder, settings, seed=seed, device=device)
    _train_kept(made, folder, seed=seed, listener=listener)
    return made


def load_images(folder: RunFolder, settings: ImageSettings, *, seed: int, device: torch.device) -> ImageSynthesizer:
    """The synthesizer of a finished run of images.

    Raises:
        RunError: A file is missing or does not fit the others.
    """
    made = _untrained_images(folder, settings, seed=seed, device=device)
    _load_networks(made, folder, tuple(made.networks))
    return made


def _untrained_images(
    folder: RunFolder, settings: ImageSettings, *, seed: int, device: torch.device
) -> ImageSynthesizer:
    frame, pixels = folder.artifacts.table("train"), folder.artifacts.images("train")
    if len(frame) != len(pixels):
        raise RunError(f"The images of {folder.path} do not fit their table; the run folder is damaged.")
    made = untrained_images(frame, pixels, folder.schema.read(), settings, seed=seed, device=device)
    made.seconds.update(folder.seconds.read())
    return made


def _train_kept(made: Made, folder: RunFolder, *, seed: int, listener: Listener) -> None:
    for stage, (train, names) in TRAININGS.items():
        if folder.artifacts.has_tensors(stage):
            _load_networks(made, folder, names)
            continue
        train(made, seed=seed, listener=listener)
        folder.seconds.save(made.seconds)
        _save_networks(made, folder, names)


def save(made: TableSynthesizer, folder: RunFolder) -> None:
    """Keep everything that generating more rows needs. The coded train rows are personal data."""
    _save_rows(made, folder)
    _save_networks(made, folder, tuple(made.networks))
    _save_labels(made, folder)


def load(
    folder: RunFolder,
    settings: SynthesisSettings,
    *,
    seed: int,
    device: torch.device,
    listener: Listener = ignore,
) -> TableSynthesizer:
    """The synthesizer of a finished run.

    Raises:
        RunError: A file is missing or does not fit the others.
    """
    made = _started(folder, settings, seed=seed, device=device)
    _load_networks(made, folder, tuple(made.networks))
    _load_labels(made, folder, seed=seed, listener=listener)
    return made


def _started(folder: RunFolder, settings: SynthesisSettings, *, seed: int, device: torch.device) -> TableSynthesizer:
    """The kept encoding and rows, with networks that are not trained yet."""
    encoding = folder.encoding.read(TableEncoding)
    table = folder.artifacts.table(ROWS)
    codes = [f"c{index}" for index in range(len(encoding.columns))]
    if list(table.columns) != [*codes, "group", "target"]:
        raise RunError(f"The coded rows of {folder.path} do not fit its encoding; the run folder is damaged.")
    rows = CodedRows(
        np.ascontiguousarray(table[codes].to_numpy(dtype=np.int64)),
        table["group"].to_numpy(dtype=np.int64),
        table["target"].to_numpy(dtype=np.int64),
    )
    networks = build_networks(encoding, settings, device, seed)
    return TableSynthesizer(
        folder.schema.read(), settings, encoding, rows, networks, device, seconds=folder.seconds.read()
    )


def _save_rows(made: TableSynthesizer, folder: RunFolder) -> None:
    folder.encoding.save(made.encoding)
    codes = {f"c{index}": made.rows.codes[:, index] for index in range(made.rows.codes.shape[1])}
    table = pd.DataFrame({**codes, "group": made.rows.groups, "target": made.rows.target})
    folder.artifacts.save_table(ROWS, table.astype("int32"))


def _save_networks(made: Made, folder: RunFolder, names: tuple[str, ...]) -> None:
    for name in names:
        folder.artifacts.save_tensors(name, made.networks[name].state_dict())


def _load_networks(made: Made, folder: RunFolder, names: tuple[str, ...]) -> None:
    for name in names:
        try:
            made.networks[name].load_state_dict(folder.artifacts.tensors(name))
        except RuntimeError as error:
            raise RunError(f"The weights of the {name} in {folder.path} do not fit its settings.") from error


def _save_labels(made: TableSynthesizer, folder: RunFolder) -> None:
    if made.repair_level_curve is not None:
        folder.artifacts.save_table(REPAIR_LEVEL, made.repair_level_curve)
    if made.channel is not None:
        kept = {OFFSETS: torch.from_numpy(made.channel.offsets), BLIND: torch.tensor(made.channel.rule.blind)}
        folder.artifacts.save_tensors(OFFSETS, kept)


def _load_labels(made: TableSynthesizer, folder: RunFolder, *, seed: int, listener: Listener) -> None:
    """The law fitted anew, with the offsets that were found."""
    listener(Event("labels", 0, 1))
    if has_channel(made):
        kept = folder.artifacts.tensors(OFFSETS)
        chosen = (
            "attribute_blind" if bool(kept[BLIND]) else "attribute_aware"
        )  # `auto` would fit both, to choose the same one again
        labels = made.settings.labels.model_copy(update={"channel": chosen})
        channel = fit_channel(made.encoding, made.rows, labels, seed=seed)
        made.channel = replace(channel, offsets=kept[OFFSETS].numpy())
        made.repair_level_curve = folder.artifacts.table(REPAIR_LEVEL)
    listener(Event("labels", 1, 1))
