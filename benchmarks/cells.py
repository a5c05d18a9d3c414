"""Finished pieces of a benchmark on disk, so that one that was killed goes on where it stopped."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from benchmarks.problems import Split
from core.audit.records import Record
from core.runs.files import write_json

ASKED = ("problem", "system", "generator_seed", "split", "settings")


@dataclass(frozen=True)
class Cell:
    """One system on one problem with one generator seed.

    Args:
        problem: Name of the problem.
        system: Name of the preset, the variant, or the external file.
        generator_seed: Its seed; ``None`` for what has none.
        split: Which rows it is tested on.
        settings: All that decides its figures; another value is another cell.
    """

    problem: str
    system: str
    generator_seed: int | None
    split: Split
    settings: dict[str, Any]

    def file(self, folder: Path) -> Path:
        """Where its records are kept; the name holds a hash of all that was asked."""
        asked = json.dumps([getattr(self, name) for name in ASKED], sort_keys=True)
        return folder / "cells" / f"{self.problem}-{hashlib.sha256(asked.encode()).hexdigest()[:20]}.json"

    def records(self, folder: Path, work: Callable[[], list[Record]]) -> pd.DataFrame:
        """Its records as a tidy table: those on disk, else those that ``work`` makes, which are then kept."""
        place = self.file(folder)
        if not place.exists():
            write_json(place, [record.model_dump(mode="json") for record in work()])
        frame = pd.DataFrame(json.loads(place.read_text(encoding="utf-8")), columns=list(Record.model_fields))
        own = {"problem": self.problem, "system": self.system, "generator_seed": self.generator_seed}
        return frame.assign(**own, tested_on=self.split).astype(
            {"value": "float64", "low": "float64", "high": "float64", "generator_seed": "Int64", "n": "Int64"}
        )
