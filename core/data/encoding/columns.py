"""Encode one column as category codes, and decode them.

A numeric column is cut into quantile bins. Frequent values ("spikes", e.g. the zeros of capital-gain) get separate
bins. Decoding draws a value inside the bin: one of its common values at their frequencies, or a uniform draw between
the bin's inner quantiles, rounded to the column's step.

Values of fewer than ``rare_rows`` rows are protected; decoding never copies them. Rare categories are merged into one
code that decodes to the common ones. Rare numbers come from the uniform part, whose ends are means of ``rare_rows``
rows (`core.data.encoding.number_bins`). The step is that of nearly all values, so that a value that alone breaks it
does not come out. A number inside the range of many others can come out by chance like each of its neighbours; if it
never did, its absence would tell that somebody has it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, model_validator

from core.data.column import Column, Kind
from core.data.encoding import calendar_steps as calendars
from core.data.encoding.number_bins import Bin, fewest_others, fit_bins, protected_range
from core.data.encoding.steps import Grid, decimals_of, grid_of, telling_numbers, typed_numbers
from core.data.encoding.values import exact_numbers
from core.data.groups import as_text

if TYPE_CHECKING:
    from numpy.typing import NDArray

RARE = "(rare)"


class EncodingSettings(BaseModel):
    """Settings of the column encoding."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    bins: int = Field(default=32, ge=2, le=256, description="Maximum number of quantile bins of a numeric column.")
    spike_share: float = Field(default=0.0005, gt=0, le=1, description="Minimum share of a value with a separate bin.")
    rare_rows: int = Field(default=5, ge=1, description="Values of fewer rows are protected; 1 protects nothing.")
    style: Literal["quantile", "equal_width"] = Field(
        default="quantile", description="equal_width is the paper authors' encoding: `bins` bins of equal width."
    )
    log_columns: tuple[str, ...] = Field(default=(), description="Columns cut on a log scale (equal_width only).")
    binary_columns: tuple[str, ...] = Field(default=(), description="Columns cut at 0 (equal_width only).")


class CategoricalCode(BaseModel):
    """Codes of a categorical or boolean column: kept values, then the rare code, then missing, if they occur."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: Literal["categorical"] = "categorical"
    name: str
    kind: Kind
    kept: tuple[str, ...]
    counts: tuple[Annotated[int, Field(ge=1)], ...]
    merged: int = Field(ge=0, description="Number of distinct rare values merged into one code.")
    missing: bool

    @model_validator(mode="after")
    def _is_complete(self) -> CategoricalCode:
        if len(self.counts) != len(self.kept) or len(set(self.kept)) != len(self.kept):
            raise ValueError("Each kept category stands once and has a count.")
        return self

    @property
    def size(self) -> int:
        """Number of codes."""
        return len(self.kept) + (self.merged > 0) + self.missing

    def encode(self, column: pd.Series) -> NDArray[np.int64]:
        """Return the codes, shape (n,). A value unseen at fit gets the rare code, or else the most frequent code."""
        known = {value: code for code, value in enumerate(self.kept)}
        unseen = len(self.kept) if self.merged or not self.kept else int(np.argmax(self.counts))
        missing_code = self.size - 1 if self.missing else unseen
        codes = np.asarray([known.get(value, unseen) for value in as_text(column)], dtype=np.int64)
        return np.where(column.isna().to_numpy(dtype=bool), missing_code, codes)

    def decode(self, codes: NDArray[np.int64], rng: np.random.Generator) -> pd.Series:
        """Return the values of the codes. The rare code becomes a draw of the kept values at their frequencies."""
        labels = np.asarray([*self.kept, RARE, RARE], dtype=object)
        rare = (codes == len(self.kept)) & (self.merged > 0)
        drawn = codes.copy()
        if rare.any() and self.kept:
            share = np.asarray(self.counts, dtype=float)
            drawn[rare] = rng.choice(len(self.kept), size=int(rare.sum()), p=share / share.sum())
        is_missing = (codes == self.size - 1) & self.missing
        text = pd.Series(labels[np.minimum(drawn, len(labels) - 1)], name=self.name).mask(is_missing)
        if self.kind is Kind.BOOLEAN:
            return text.map({"True": True, "False": False}).astype("boolean")
        return text.astype("str")


class NumericCode(BaseModel):
    """Codes of a numeric or datetime column: bins in ascending order, then missing, if it occurs."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: Literal["numeric"] = "numeric"
    name: str
    kind: Kind
    edges: tuple[FiniteFloat, ...] = Field(
        description="Lower edges of all bins but the first; a bin is [lower, upper)."
    )
    bins: tuple[Bin, ...]
    unit: FiniteFloat = Field(
        gt=0, description="Step of the values: 1 for integers, 100 for salaries in hundreds, .05, a day in seconds."
    )
    offset: FiniteFloat = Field(
        default=0.0,
        ge=0,
        description="What each value exceeds a multiple of the unit by: .99 for prices such as 4.99.",
    )
    calendar: calendars.Calendar = Field(
        default="", description="What all dates are: working days or firsts of a month."
    )
    missing: bool

    @model_validator(mode="after")
    def _is_complete(self) -> NumericCode:
        if self.edges and (len(self.edges) != len(self.bins) - 1 or list(self.edges) != sorted(self.edges)):
            raise ValueError("There is one edge between any two neighbouring bins, or none at all; edges rise.")
        return self

    @property
    def size(self) -> int:
        """Number of codes."""
        return len(self.bins) + self.missing

    @property
    def grid(self) -> Grid:
        """The possible values."""
        return Grid(self.unit, self.offset)

    def encode(self, column: pd.Series) -> NDArray[np.int64]:
        """Return the codes, shape (n,). Values beyond the fitted range get the first or last bin."""
        numbers = exact_numbers(column)
        codes = np.searchsorted(np.asarray(self.edges), numbers, side="right").astype(np.int64)
        return np.where(np.isnan(numbers), self._missing_code, codes.clip(max=max(len(self.bins) - 1, 0)))

    @property
    def _missing_code(self) -> int:
        if self.missing:
            return len(self.bins)
        common = [sum(part.shares) for part in self.bins]
        return int(np.argmax(common))

    def decode(self, codes: NDArray[np.int64], rng: np.random.Generator) -> pd.Series:
        """Draw values inside the codes' bins, with the column's dtype and rounding."""
        uniforms = rng.random((len(codes), 2))
        numbers = np.full(len(codes), np.nan)
        order = np.argsort(codes, kind="stable")  # one pass, and not one for each bin
        ends = np.cumsum(np.bincount(codes, minlength=self.size)[: len(self.bins)])
        for part, rows in zip(self.bins, np.split(order, ends)[: len(self.bins)], strict=True):
            if rows.size:
                numbers[rows] = part.draw(uniforms[rows], self.grid, self.calendar)
        return self.typed(numbers)

    def typed(self, numbers: NDArray[np.float64]) -> pd.Series:
        """Return numbers, NaN where missing, as a column; its decimals are those of the grid and of common values."""
        common = [value for part in self.bins for value in part.common]
        return typed_numbers(numbers, self.kind, self.name, decimals_of([*self.grid, *common]))


Code = CategoricalCode | NumericCode


def fit_column(values: pd.Series, column: Column, settings: EncodingSettings) -> Code:
    """Fit the code of one column on its train rows."""
    if column.kind in (Kind.CATEGORICAL, Kind.BOOLEAN, Kind.IDENTIFIER):
        return _fit_categorical(values, column, settings)
    return _fit_numeric(values, column, settings)


def _fit_categorical(values: pd.Series, column: Column, settings: EncodingSettings) -> CategoricalCode:
    present = as_text(values.dropna())
    names, counts = np.unique(present.astype(str), return_counts=True)
    kept = counts >= settings.rare_rows
    return CategoricalCode(
        name=column.name,
        kind=column.kind,
        kept=tuple(names[kept].tolist()),
        counts=tuple(counts[kept].tolist()),
        merged=int((~kept).sum()),
        missing=bool(values.isna().any()),
    )


def _fit_numeric(values: pd.Series, column: Column, settings: EncodingSettings) -> NumericCode:
    numbers = exact_numbers(values)
    numbers = np.sort(numbers[~np.isnan(numbers)])
    rare = settings.rare_rows
    # Open ends such as 9999-12-31 are values of their own, and no extremes of the other dates.
    far = (
        calendars.is_far(numbers)
        if column.kind is Kind.DATETIME and numbers.size
        else np.zeros(len(numbers), dtype=bool)
    )
    near = numbers[~far]
    edges = (
        _equal_width_edges(near, column.name, settings)
        if settings.style == "equal_width"
        else _quantile_edges(near, settings)
    )
    edges = np.union1d(edges, calendars.edges_of_far(numbers, far, rare))
    edges = np.union1d(edges, np.asarray(column.bin_edges, dtype=float))
    telling, exceptions = telling_numbers(near, rare)
    grid = grid_of(telling, column.kind, exceptions)
    bounds, bins = fit_bins(numbers, edges, column.bin_edges, protected_range(near, rare), grid, rare)
    too_few = len(numbers) < rare  # even their mean would tell of single people
    return NumericCode(
        name=column.name,
        kind=column.kind,
        edges=() if too_few else bounds,
        bins=() if too_few else bins,
        unit=grid.unit,
        offset=grid.offset,
        calendar=calendars.calendar_of(telling, exceptions) if column.kind is Kind.DATETIME else "",
        missing=too_few or bool(values.isna().any()),
    )


def _quantile_edges(numbers: NDArray[np.float64], settings: EncodingSettings) -> NDArray[np.float64]:
    if not numbers.size:
        return np.empty(0)
    distinct, counts = np.unique(numbers, return_counts=True)
    spikes = (counts >= settings.spike_share * len(numbers)) & (counts >= settings.rare_rows)
    index = np.flatnonzero(spikes)
    after = distinct[np.minimum(index + 1, len(distinct) - 1)]
    rest = np.repeat(distinct[~spikes], counts[~spikes])
    share = len(rest) / len(numbers)
    bins = min(settings.bins, max(4, round(settings.bins * share**0.5)), len(rest) // fewest_others(settings.rare_rows))
    inner: NDArray[np.float64] = np.empty(0)
    if bins > 1:
        inner = np.quantile(rest, np.linspace(0, 1, bins + 1)[1:-1], method="inverted_cdf")
    return np.unique(np.concatenate([distinct[index], after[index + 1 < len(distinct)], inner]))


def _equal_width_edges(numbers: NDArray[np.float64], name: str, settings: EncodingSettings) -> NDArray[np.float64]:
    if not numbers.size:
        return np.empty(0)
    if name in settings.binary_columns:
        return numbers[numbers > 0][:1]
    if name in settings.log_columns:
        return np.exp(np.linspace(np.log(max(numbers[0], 1e-12)), np.log(numbers[-1]), settings.bins + 1)[1:-1])
    return np.linspace(numbers[0], numbers[-1], settings.bins + 1)[1:-1]
