"""Generators whose samples take no conditions."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator

import pandas as pd

from core.events import Event, Listener, ignore
from core.synthesis.base import Generator, S, Sample
from core.synthesis.conditions import NO_CONDITIONS, Conditions
from core.synthesis.samples import joined
from core.synthesis.sampling import shard_count


class UnconditionalGenerator(Generator[S]):
    """A method that generates rows of the fitted distribution and accepts no conditions."""

    def sample(
        self, rows: int, *, seed: int, conditions: Conditions = NO_CONDITIONS, listener: Listener = ignore
    ) -> Sample:
        """Generate rows of the fitted distribution; see `Generator.sample`."""
        return joined(self.sample_parts(rows, seed=seed, conditions=conditions, listener=listener))

    def sample_parts(
        self,
        rows: int,
        *,
        seed: int,
        conditions: Conditions = NO_CONDITIONS,
        cluster: str | None = None,
        listener: Listener = ignore,
    ) -> Iterator[Sample]:
        """Yield the rows of `sample` shard by shard."""
        del cluster
        conditions.check(self.settings.accepts)
        made = 0
        for frame in self.sample_frames(rows, seed=seed):
            made += len(frame)
            listener(Event("generate", shard_count(made), shard_count(rows)))
            yield Sample(frame)

    @abstractmethod
    def sample_frames(self, rows: int, *, seed: int) -> Iterator[pd.DataFrame]:
        """Generate typed rows with the columns of the schema, in shards."""
