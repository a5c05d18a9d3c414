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
    """

    frame: pd.DataFrame
    changed: NDArray[np.bool_]
    corrected: NDArray[np.bool_]
    flipped: NDArray[np.bool_]
