"""Sample rows of a fitted synthesizer, in the form of the caller's frame."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from core.errors import ConfigError
from core.modalities.catalog import modality_of
from core.pipeline import GenerateRequest, sample_rows
from core.runs.run_folder import RunFolder
from evenhand.frames import FrameForm, text_of
from evenhand.options import Label, whole_number


def row_request(
    n: int,
    seed: int,
    proportions: Mapping[Label, float] | None,
    group: Label | None,
    repair_level: float | None,
) -> GenerateRequest:
    """Return a request for rows.

    Raises:
        ConfigError: ``n`` or ``seed`` is not a whole number of at least 0.
    """
    return GenerateRequest(
        rows=whole_number(n, "rows"),
        seed=whole_number(seed, "seed"),
        proportions={str(text_of(name)): share for name, share in (proportions or {}).items()},
        group=text_of(group),
        repair_level=repair_level,
    )


def drawn(folder: Path, form: FrameForm | None, request: GenerateRequest) -> pd.DataFrame:
    """Return rows of a run with a fitted synthesizer, in the caller's form if there is one.

    Raises:
        ConfigError: The request is not valid, or the run makes images.
        RunError: The synthesizer is not fitted, or makes no rows.
    """
    schema = RunFolder.open(folder).schema.read()
    if modality_of(schema).attachment_column(schema) is not None:
        raise ConfigError(
            f"The run makes {modality_of(schema).words.many}, which a frame does not hold; evenhand.generate writes "
            "them to a file."
        )
    frame = sample_rows(folder, request).frame
    return frame if form is None else form.restored(frame, schema)
