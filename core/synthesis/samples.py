"""Join the samples of which a synthesizer makes a larger one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import pandas as pd

from core.synthesis.base import Sample
from core.synthesis.sampling import PART_ROWS

_ROWWISE = ("content", "changed", "corrected", "flipped")


def joined(parts: Iterable[Sample]) -> Sample:
    """Return the rows of all parts, at least one, with the notes of the last one."""
    samples = list(parts)
    if len(samples) == 1:
        return samples[0]
    frame = pd.concat([sample.frame for sample in samples], ignore_index=True)
    rowwise = ([getattr(sample, name) for sample in samples] for name in _ROWWISE)
    content, changed, corrected, flipped = (None if found[0] is None else np.concatenate(found) for found in rowwise)
    return Sample(frame, content, changed, corrected, flipped, samples[-1].notes)


def in_parts(samples: Iterable[Sample]) -> Iterator[Sample]:
    """Join consecutive samples to parts of `PART_ROWS` rows; a larger sample stays whole, and the last part is smaller.

    So the parts do not depend on how many rows a method makes at once, as long as it is no more.
    """
    waiting: list[Sample] = []
    for sample in samples:
        waiting.append(sample)
        if sum(len(one.frame) for one in waiting) >= PART_ROWS:
            yield joined(waiting)
            waiting = []
    if waiting:
        yield joined(waiting)
