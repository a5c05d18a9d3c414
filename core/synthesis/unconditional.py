"""Generators whose samples take no conditions."""

from __future__ import annotations

from abc import abstractmethod

import pandas as pd

from core.events import Listener, ignore
from core.synthesis.base import Generator, S, Sample
from core.synthesis.conditions import NO_CONDITIONS, Conditions


class UnconditionalGenerator(Generator[S]):
    """A method that generates rows of the fitted distribution and accepts no conditions."""

    def sample(
        self, rows: int, *, seed: int, conditions: Conditions = NO_CONDITIONS, listener: Listener = ignore
    ) -> Sample:
        """Generate rows of the fitted distribution; see `Generator.sample`."""
        del listener
        conditions.check(self.settings.accepts)
        return Sample(self.sample_frame(rows, seed=seed))

    @abstractmethod
    def sample_frame(self, rows: int, *, seed: int) -> pd.DataFrame:
        """Generate typed rows with the columns of the schema."""
