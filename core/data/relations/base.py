"""What all kinds of relations have in common."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

import numpy as np
from pydantic import BaseModel, ConfigDict

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray


class BaseRelation(BaseModel, ABC):
    """A relation between columns; a row with a missing value breaks none."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @property
    @abstractmethod
    def columns(self) -> tuple[str, ...]:
        """Headers of the columns concerned."""

    def concerns(self, frame: pd.DataFrame) -> NDArray[np.bool_]:
        """Return which rows can keep or break the relation, since all columns concerned have values; shape (n,)."""
        return np.asarray(frame[list(self.columns)].notna().all(axis=1), dtype=bool)
