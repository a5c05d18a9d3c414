"""What the model of a table generates."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray


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

    @property
    def note(self) -> str:
        """Say how many outcomes were altered."""
        if not self.changed.any():
            return "All outcomes are those that the real pattern gave the rows."
        counted = f" (numbers are compared in {self.bins} bins)" if self.bins > 2 else ""
        return (
            f"{self.changed.mean():.1%} of the rows have another outcome than the real pattern gave them{counted}. "
            f"Calibration altered {self.corrected.mean():.1%} of the outcomes that were drawn from the fair code."
        )
