"""How much of what ties columns together is lost in a file: an AUC that has fallen to less than half of its height."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from core.audit.estimate import Estimate, estimate, undefined
from core.audit.records import Record


def signal_shortfall(real: Record | Estimate, file: Record | Estimate) -> Estimate:
    """Return half of what an AUC of the real rows has above .5, minus what that of the file has above .5."""
    if real.value is None or file.value is None or None in (real.low, real.high, file.low, file.high):
        return undefined("Undefined: an AUC is undefined.", file.n)
    half, rest = (real.value - 0.5) / 2, file.value - 0.5
    low = half - rest - float(np.hypot((real.value - (real.low or 0.0)) / 2, (file.high or 1.0) - file.value))
    high = half - rest + float(np.hypot(((real.high or 1.0) - real.value) / 2, file.value - (file.low or 0.0)))
    note = f"AUC {file.value:.3f}, and {real.value:.3f} in the real rows."
    return replace(estimate(half - rest, low, high, "mover", file.n or 0), note=note)
