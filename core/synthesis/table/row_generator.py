"""Generate the rows of a table from latents: codes from the decoder, outcomes from the label channel.

The latents come from a `LatentSource`: train rows that an encoder has encoded (`core.synthesis.table.train_latents`),
or the codewords of a codebook by their weights, without any train row (`core.synthesis.table.codeword_latents`).
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Any, Final, Protocol, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray

from core.data.encoding.columns import NumericCode
from core.data.encoding.table import CodedRows, TableEncoding, fill_schema_columns
from core.data.schema import Schema
from core.errors import ConfigError, leave_out
from core.events import Event, Listener, ignore
from core.shared_work import in_order
from core.synthesis.label_repair.repair import LabelChannel
from core.synthesis.sampling import shard_count, shards
from core.synthesis.table.generated_rows import GeneratedRows
from core.synthesis.training import one_torch_thread, usable_cores
from models.table import TableDecoder

REDRAWS = 3
PARALLEL_ROWS: Final = 500_000
"""From so many rows on, several processes generate them: starting one costs as much as some 100,000 rows."""
MOST_PROCESSES: Final = 8
"""Each takes some 400 MiB, mostly for its libraries."""

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]


Starts = TypeVar("Starts")
"""What generated rows start from: train rows, or the codewords of groups."""


class LatentSource(Protocol[Starts]):
    """Where the latents of generated rows come from. A plan names a place in the source for each row."""

    def plan(self, rows: int, *, seed: int, proportions: Mapping[str, float] | None = None) -> Iterator[Integers]:
        """Yield the places of the rows, in parts of `PART_ROWS`; see `core.synthesis.sampling`."""

    def take(self, places: Integers) -> Starts:
        """Return what m rows start from, at these places; an index array selects some of them."""

    def without_rows(self) -> LatentSource[Starts]:
        """Return what is the same for all rows: a source that only knows what to do with what `take` returns."""

    def groups(self, starts: Starts) -> Integers:
        """Return the group of each row, shape (m,)."""

    def draw(self, starts: Starts, rng: np.random.Generator) -> NDArray[np.float32]:
        """Draw a latent for each row, shape (m, d)."""

    def copies(self, codes: Integers, starts: Starts) -> NDArray[np.intp]:
        """Return the indices of codes (m, columns) that must be drawn again, because they copy a train row."""

    def with_outcomes(self, codes: Integers, own: Floats, starts: Starts) -> tuple[Integers, Floats]:
        """Return codes and distributions of outcomes, where the decoder has drawn none; see `RowGenerator.coded`."""


@dataclass(frozen=True)
class RowGenerator:
    """Generates rows.

    Args:
        schema: Kinds and roles of the table.
        encoding: The encoding.
        decoder: The trained decoder.
        channel: The label channel; ``None`` if it is off.
        source: Where latents come from.
    """

    schema: Schema
    encoding: TableEncoding
    decoder: TableDecoder
    channel: LabelChannel | None
    source: LatentSource[Any]

    def generate(
        self,
        rows: int,
        *,
        seed: int,
        proportions: Mapping[str, float] | None = None,
        cluster: str | None = None,
        listener: Listener = ignore,
    ) -> Generator[GeneratedRows, None, None]:
        """Generate typed rows with repaired outcomes, shard by shard, so that memory does not grow with their number.

        What holds within each shard: groups have as many positive outcomes as the repair promises (`LabelChannel`), and
        copies of train rows are drawn again. For shares of groups, see `core.synthesis.sampling`.

        Args:
            rows: Number of rows, at least 1.
            seed: The same seed gives the same rows.
            proportions: Shares of groups; see ``plan_rows``.
            cluster: Address of a Ray cluster that generates the shards; see `core.cluster`.
            listener: Receives one event per shard.

        Raises:
            ConfigError: ``rows`` is below 1, a group does not exist, or the cluster cannot be used.
        """
        planned = self._planned(self.source.plan(rows, seed=seed, proportions=proportions), seed)
        shared = replace(self, source=self.source.without_rows())
        processes = self._processes(rows)
        with closing(in_order(RowGenerator._shard, shared, planned, processes=processes, cluster=cluster)) as generated:
            for made, shard in enumerate(generated, 1):
                listener(Event("generate", made, shard_count(rows)))
                yield shard

    def _planned(self, parts: Iterable[Integers], seed: int) -> Iterator[_PlannedShard]:
        before = 0
        for part, places in enumerate(parts):
            for shard in shards(places, seed, part=part):
                yield _PlannedShard(self.source.take(shard.source), shard.rng, before)
                before += len(shard.source)

    def _processes(self, rows: int) -> int:
        """Return how many processes generate rows: those of a GPU's networks are generated here."""
        if rows < PARALLEL_ROWS or self.decoder.offset.device.type != "cpu":
            return 1
        return min(usable_cores(), shard_count(rows), MOST_PROCESSES)

    def _shard(self, shard: _PlannedShard) -> GeneratedRows:
        with one_torch_thread():  # so that no sum depends on the number of cores
            return self._rows_of(shard)

    def _rows_of(self, shard: _PlannedShard) -> GeneratedRows:
        generated, own = self.coded(shard.starts, shard.rng)
        changed = corrected = flipped = np.zeros(len(generated), dtype=bool)
        if self.channel is not None:
            fair, corrected = self.channel.apply(generated, own, shard.rng)
            changed = fair != generated.target
            flipped = self.channel.positive[fair] != self.channel.positive[generated.target]
            generated = CodedRows(generated.codes, generated.groups, fair)
        frame = fill_schema_columns(self.encoding.decode(generated, shard.rng), self.schema, before=shard.before)
        target = self.encoding.target
        bins = target.size if isinstance(target, NumericCode) else 0
        return GeneratedRows(frame, changed, corrected, flipped, bins)

    def coded(self, starts: Any, rng: np.random.Generator) -> tuple[CodedRows, Floats]:
        """Generate coded rows before label repair, and the distribution of each outcome, shape (m, target codes).

        Args:
            starts: What `LatentSource.take` returns for m places.
            rng: Random generator.
        """
        codes, own = self._sampled(starts, rng)
        for _ in range(REDRAWS):
            copies = self.source.copies(codes, starts)
            if not len(copies):
                break
            codes[copies], own[copies] = self._sampled(starts[copies], rng)
        codes, own = self.source.with_outcomes(codes, own, starts)
        width = len(self.encoding.columns)
        return CodedRows(codes[:, :width], self.source.groups(starts), codes[:, width]), own

    def _sampled(self, starts: Any, rng: np.random.Generator) -> tuple[Integers, Floats]:
        return sample_codes(self.decoder, self.source.draw(starts, rng), self.source.groups(starts), rng)


@dataclass(frozen=True)
class _PlannedShard:
    """What the rows of a shard start from, its random generator, and the number of rows in the shards before it."""

    starts: Any
    rng: np.random.Generator
    before: int


def sample_codes(
    decoder: TableDecoder,
    latents: NDArray[np.float32],
    groups: Integers,
    rng: np.random.Generator,
) -> tuple[Integers, Floats]:
    """Sample the codes of rows from their latents.

    Args:
        decoder: The decoder.
        latents: Shape (m, d).
        groups: Shape (m,).
        rng: Random generator.

    Returns:
        The codes, and the distribution of the last column, shape (m, its size). An autoregressive decoder adds the
        target codes as a last column.
    """
    device = decoder.offset.device
    uniforms = torch.from_numpy(rng.random((len(groups), len(decoder.sizes)), dtype=np.float32))
    with torch.inference_mode():
        output = decoder(torch.from_numpy(latents).to(device), torch.from_numpy(groups).to(device))
        codes, last = decoder.sample(output, uniforms)
    return codes.cpu().numpy(), last.double().cpu().numpy()


def at_repair_level(channel: LabelChannel | None, repair_level: float | None) -> LabelChannel | None:
    """Return the channel at another repair level, 0 to 1; at its own if none is given.

    Raises:
        ConfigError: There is no channel, or the level is out of range.
    """
    if repair_level is None:
        return channel
    if channel is None:
        raise ConfigError(
            "The label channel is off here, so there is no repair level.",
            field="repair_level",
            remedies=[leave_out("repair_level")],
        )
    return replace(channel, repair_level=repair_level)
