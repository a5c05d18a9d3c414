"""Rows to a matrix of numbers in 0 .. 1 and one-hot blocks, and back: what adversarial generators learn from.

A numeric column is its rank: 0 for the smallest value and 1 for the largest, uniform in between, whatever its law.
Values that repeat are spread evenly over the ranks they share, so that a column that is zero nine times in ten has no
spike that a generator had to hit exactly; on the way back a rank falls on the value again. (Other systems map numbers
by quantiles too, and leave repeated values in one point.) Rare values are protected as everywhere
(`core.data.encoding.columns`).

The sensitive columns are one block: the group, all of them crossed. Their values come back drawn from those that occur
together in the group.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from core.data.encoding.columns import EncodingSettings, NumericCode
from core.data.encoding.table import CodedRows, TableEncoding, fit_encoding
from core.data.groups import attribute_name
from core.data.schema import Schema

if TYPE_CHECKING:
    from numpy.typing import NDArray

SETTINGS = EncodingSettings()


@dataclass(frozen=True)
class Block:
    """The place of one variable in the matrix.

    Args:
        name: Header of the column; of the group, the sensitive columns' names crossed.
        start: First position.
        stop: Behind its last position.
        numeric: Whether it is one rank, and not a one-hot code.
    """

    name: str
    start: int
    stop: int
    numeric: bool

    @property
    def width(self) -> int:
        """Positions it takes."""
        return self.stop - self.start

    @property
    def place(self) -> slice:
        """Its positions."""
        return slice(self.start, self.stop)


class MixedEncoding(BaseModel):
    """Features, group and target as numbers; fitted on train rows, kept as JSON."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    table: TableEncoding
    shares: tuple[tuple[float, ...], ...] = Field(description="Share of each code of each feature in the train rows.")
    together: tuple[tuple[tuple[int, ...], ...], ...] = Field(
        description="For each group: the sensitive columns' codes that occur together in the train rows."
    )
    weights: tuple[tuple[int, ...], ...] = Field(description="How often each of those occurs.")

    @property
    def blocks(self) -> list[Block]:
        """All features in the table's order, then the group, then the target."""
        codes = [self.table.columns[at] for at in self.table.feature_index]
        widths = [1 if isinstance(code, NumericCode) else code.size for code in codes]
        widths += [len(self.table.groups), self.table.target.size]
        names = [code.name for code in codes] + [attribute_name(self.table.sensitive), self.table.target.name]
        numeric = [isinstance(code, NumericCode) for code in codes] + [False, False]
        stops = np.cumsum(widths).tolist()
        return [
            Block(name, stop - width, stop, is_number)
            for name, stop, width, is_number in zip(names, stops, widths, numeric, strict=True)
        ]

    @property
    def width(self) -> int:
        """Columns of the matrix."""
        return self.blocks[-1].stop

    @property
    def group(self) -> Block:
        """The group's block."""
        return self.blocks[-2]

    @property
    def target(self) -> Block:
        """The target's block."""
        return self.blocks[-1]

    def encode(self, rows: CodedRows, rng: np.random.Generator) -> NDArray[np.float32]:
        """The matrix of coded rows, shape (n, width); ``rng`` spreads repeated values over their ranks."""
        matrix = np.zeros((len(rows), self.width), dtype=np.float32)
        codes = [*rows.codes[:, self.table.feature_index].T, rows.groups, rows.target]
        for place, (block, code) in enumerate(zip(self.blocks, codes, strict=True)):
            if block.numeric:
                edges = np.concatenate([[0.0], np.cumsum(self.shares[place])])
                matrix[:, block.start] = edges[code] + rng.random(len(code)) * (edges[code + 1] - edges[code])
            else:
                matrix[np.arange(len(code)), block.start + code] = 1.0
        return matrix

    def decode(self, matrix: NDArray[np.floating], rng: np.random.Generator) -> pd.DataFrame:
        """Typed rows, sensitive columns and target among them; of a block that is not one-hot, the largest counts."""
        codes = np.zeros((len(matrix), len(self.table.columns)), dtype=np.int64)
        *features, group, target = self.blocks
        for place, (block, at) in enumerate(zip(features, self.table.feature_index, strict=True)):
            if block.numeric:
                stops = np.cumsum(self.shares[place])
                found = np.searchsorted(stops, matrix[:, block.start], side="right")
                codes[:, at] = found.clip(max=int(np.flatnonzero(self.shares[place])[-1]))
            else:
                codes[:, at] = matrix[:, block.place].argmax(axis=1)
        groups = matrix[:, group.place].argmax(axis=1).astype(np.int64)
        codes[:, self._sensitive] = self._sensitive_codes(groups, rng)
        labels = matrix[:, target.place].argmax(axis=1).astype(np.int64)
        return self.table.decode(CodedRows(codes, groups, labels), rng)

    @property
    def _sensitive(self) -> list[int]:
        return [self.table.names.index(name) for name in self.table.sensitive]

    def _sensitive_codes(self, groups: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
        found = np.zeros((len(groups), len(self.table.sensitive)), dtype=np.int64)
        for group, (combinations, weights) in enumerate(zip(self.together, self.weights, strict=True)):
            mine = np.flatnonzero(groups == group)
            share = np.asarray(weights, dtype=float)
            drawn = rng.choice(len(combinations), size=len(mine), p=share / share.sum())
            found[mine] = np.asarray(combinations)[drawn]
        return found


def fit_mixed(
    frame: pd.DataFrame, schema: Schema, settings: EncodingSettings = SETTINGS
) -> tuple[MixedEncoding, CodedRows]:
    """The encoding fitted on typed train rows, and their codes."""
    table = fit_encoding(frame, schema, settings)
    rows = table.encode(frame, schema)
    sensitive = rows.codes[:, [table.names.index(name) for name in table.sensitive]]
    together, weights = [], []
    for group in range(len(table.groups)):
        kinds, counts = np.unique(sensitive[rows.groups == group], axis=0, return_counts=True)
        together.append(tuple(tuple(kind) for kind in kinds.tolist()))
        weights.append(tuple(counts.tolist()))
    shares = tuple(
        tuple((np.bincount(rows.codes[:, at], minlength=table.sizes[at]) / len(rows)).tolist())
        for at in table.feature_index
    )
    return MixedEncoding(table=table, shares=shares, together=tuple(together), weights=tuple(weights)), rows
