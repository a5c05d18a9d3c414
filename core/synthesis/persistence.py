"""A fitted synthesizer in a run folder and back: encoding as JSON, weights as safetensors, coded rows as Parquet.

The law of the label channel is fitted anew on loading, from the coded rows: same rows and seed, same law, no pickle.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import torch

from core.data.encoding.table import CodedRows, TableEncoding
from core.errors import RunError
from core.runs.store import RunFolder
from core.synthesis.settings import SynthesisSettings
from core.synthesis.table import TableSynthesizer, build_networks, channel_for

ROWS = "train_codes"
OFFSETS = "label_offsets"


def save(made: TableSynthesizer, folder: RunFolder) -> None:
    """Keep everything that generating more rows needs. The coded train rows are personal data."""
    folder.save_encoding(made.encoding)
    for name, network in made.networks.items():
        folder.save_tensors(name, network.state_dict())
    if made.channel is not None:
        folder.save_tensors(OFFSETS, {OFFSETS: torch.from_numpy(made.channel.offsets)})
    if made.strength_curve is not None:
        folder.save_table("strength", made.strength_curve)
    codes = {f"c{index}": made.rows.codes[:, index] for index in range(made.rows.codes.shape[1])}
    table = pd.DataFrame({**codes, "group": made.rows.groups, "target": made.rows.target})
    folder.save_table(ROWS, table.astype("int32"))


def load(folder: RunFolder, settings: SynthesisSettings, *, seed: int, device: torch.device) -> TableSynthesizer:
    """The synthesizer of a finished run.

    Raises:
        RunError: A file is missing or does not fit the others.
    """
    encoding = folder.encoding(TableEncoding)
    table = folder.table(ROWS)
    codes = [f"c{index}" for index in range(len(encoding.columns))]
    if list(table.columns) != [*codes, "group", "target"]:
        raise RunError(f"The coded rows of {folder.path} do not fit its encoding; the run folder is damaged.")
    rows = CodedRows(
        np.ascontiguousarray(table[codes].to_numpy(dtype=np.int64)),
        table["group"].to_numpy(dtype=np.int64),
        table["target"].to_numpy(dtype=np.int64),
    )
    networks = build_networks(encoding, settings, device, seed)
    for name, network in networks.items():
        try:
            network.load_state_dict(folder.tensors(name))
        except RuntimeError as error:
            raise RunError(f"The weights of the {name} in {folder.path} do not fit its settings.") from error
    made = TableSynthesizer(folder.schema(), settings, encoding, rows, networks, device)
    channel = channel_for(made, seed=seed)
    if channel is not None:
        made.channel = replace(channel, offsets=folder.tensors(OFFSETS)[OFFSETS].numpy())
    return made
