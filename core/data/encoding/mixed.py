"""Encode rows as numbers in 0 .. 1 and one-hot blocks, and decode them. Adversarial generators learn this matrix.

A number becomes its rank: 0 for the smallest value, 1 for the largest, and uniform in between, whatever its
distribution. Repeated values are spread evenly over the ranks that they share. A column that is zero in 90 % of the
rows thus has no spike that a generator must reproduce exactly; decoding maps each of these ranks back to zero. (Other
systems also map numbers by quantiles, but leave repeated values at one point.) Rare values are protected as in
`core.data.encoding.columns`.

The sensitive columns form one block: the intersectional group. Decoding draws their values from the combinations that
occur in the group.
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
    """The columns of one variable in the matrix.

    Args:
        name: Header of the column, or the name of the intersection for the group.
        start: First position.
        stop: One past the last position.
        numeric: Whether the block is one rank and not a one-hot code.
    """

    name: str
    start: int
    stop: int
    numeric: bool

    @property
    def width(self) -> int:
        """Number of positions."""
        return self.stop - self.start

    @property
    def positions(self) -> slice:
        """Positions of the block."""
        return slice(self.start, self.stop)


class MixedEncoding(BaseModel):
    """The encoding of features, group and target; fitted on train rows, stored as JSON."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    table: TableEncoding
    shares: tuple[tuple[float, ...], ...] = Field(description="Shares of each feature's codes in the train rows.")
    together: tuple[tuple[tuple[int, ...], ...], ...] = Field(
        description="For each group: the sensitive columns' codes that occur together in the train rows."
    )
    weights: tuple[tuple[int, ...], ...] = Field(description="Number of train rows with each combination.")

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
        """Return the matrix of coded rows, shape (n, width). ``rng`` spreads repeated values over their ranks."""
        matrix = np.zeros((len(rows), self.width), dtype=np.float32)
        codes = [*rows.codes[:, self.table.feature_index].T, rows.groups, rows.target]
        for index, (block, code) in enumerate(zip(self.blocks, codes, strict=True)):
            if block.numeric:
                edges = np.concatenate([[0.0], np.cumsum(self.shares[index])])
                matrix[:, block.start] = edges[code] + rng.random(len(code)) * (edges[code + 1] - edges[code])
            else:
                matrix[np.arange(len(code)), block.start + code] = 1.0
        return matrix

    def decode(self, matrix: NDArray[np.floating], rng: np.random.Generator) -> pd.DataFrame:
        """Return typed rows with sensitive columns and target. The largest entry of a category block decides."""
        codes = np.zeros((len(matrix), len(self.table.columns)), dtype=np.int64)
        *features, group, target = self.blocks
        for index, (block, column) in enumerate(zip(features, self.table.feature_index, strict=True)):
            if block.numeric:
                stops = np.cumsum(self.shares[index])
                bins = np.searchsorted(stops, matrix[:, block.start], side="right")
                codes[:, column] = bins.clip(max=int(np.flatnonzero(self.shares[index])[-1]))
            else:
                codes[:, column] = matrix[:, block.positions].argmax(axis=1)
        groups = matrix[:, group.positions].argmax(axis=1).astype(np.int64)
        codes[:, self._sensitive] = self._sensitive_codes(groups, rng)
        labels = matrix[:, target.positions].argmax(axis=1).astype(np.int64)
        return self.table.decode(CodedRows(codes, groups, labels), rng)

    @property
    def _sensitive(self) -> list[int]:
        return [self.table.names.index(name) for name in self.table.sensitive]

    def _sensitive_codes(self, groups: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
        codes = np.zeros((len(groups), len(self.table.sensitive)), dtype=np.int64)
        for group, (combinations, weights) in enumerate(zip(self.together, self.weights, strict=True)):
            members = np.flatnonzero(groups == group)
            share = np.asarray(weights, dtype=float)
            drawn = rng.choice(len(combinations), size=len(members), p=share / share.sum())
            codes[members] = np.asarray(combinations)[drawn]
        return codes


def fit_mixed(
    frame: pd.DataFrame, schema: Schema, settings: EncodingSettings = SETTINGS
) -> tuple[MixedEncoding, CodedRows]:
    """Fit the encoding on typed train rows. Return it with their codes."""
    table = fit_encoding(frame, schema, settings)
    rows = table.encode(frame, schema)
    sensitive = rows.codes[:, [table.names.index(name) for name in table.sensitive]]
    together, weights = [], []
    for group in range(len(table.groups)):
        combinations, counts = np.unique(sensitive[rows.groups == group], axis=0, return_counts=True)
        together.append(tuple(tuple(combination) for combination in combinations.tolist()))
        weights.append(tuple(counts.tolist()))
    shares = tuple(
        tuple((np.bincount(rows.codes[:, at], minlength=table.sizes[at]) / len(rows)).tolist())
        for at in table.feature_index
    )
    return MixedEncoding(table=table, shares=shares, together=tuple(together), weights=tuple(weights)), rows
