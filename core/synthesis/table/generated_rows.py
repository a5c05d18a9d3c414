"""What the model of a table generates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.synthesis.base import Sample


@dataclass(frozen=True)
class GeneratedRows:
    """Generated rows.

    Args:
        frame: The typed table.
        changed: Whether each label is another than the decoder drew, shape (rows,).
        corrected: Whether it is another than was drawn from the row's level, shape (rows,).
        flipped: Whether it became positive, or no longer is, shape (rows,).
        bins: In how many bins outcomes are compared, if they are numbers; else 0.
    """

    frame: pd.DataFrame
    changed: NDArray[np.bool_]
    corrected: NDArray[np.bool_]
    flipped: NDArray[np.bool_]
    bins: int


def joined(shards: Iterable[GeneratedRows]) -> GeneratedRows:
    """Return the rows of all shards, at least one."""
    parts = list(shards)
    frame = pd.concat([part.frame for part in parts], ignore_index=True)
    changed, corrected, flipped = (
        np.concatenate([getattr(part, name) for part in parts]) for name in ("changed", "corrected", "flipped")
    )
    return GeneratedRows(frame, changed, corrected, flipped, parts[0].bins)


def samples_of(shards: Iterable[GeneratedRows]) -> Iterator[Sample]:
    """Yield a sample for each shard, with a note on the rows of all shards so far."""
    rows = changed = corrected = 0
    for shard in shards:
        rows += len(shard.frame)
        changed += int(shard.changed.sum())
        corrected += int(shard.corrected.sum())
        note = _outcome_note(rows, changed, corrected, shard.bins)
        yield Sample(
            shard.frame, changed=shard.changed, corrected=shard.corrected, flipped=shard.flipped, notes=(note,)
        )


def _outcome_note(rows: int, changed: int, corrected: int, bins: int) -> str:
    """Say how many outcomes were altered."""
    if not changed:
        return "All outcomes are those that the real pattern gave the rows."
    counted = f" (numbers are compared in {bins} bins)" if bins > 2 else ""
    return (
        f"{changed / rows:.1%} of the rows have another outcome than the real pattern gave them{counted}. "
        f"Calibration altered {corrected / rows:.1%} of the outcomes that were drawn from the fair code."
    )
