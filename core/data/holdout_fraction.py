"""How much of a table is held out. Apart from the split, so that the command line need not import pandas to say it."""

from typing import Final

HOLDOUT_FRACTION: Final = 0.2
"""Default share of the rows to hold out."""
