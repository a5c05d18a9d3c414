"""Finished pieces of a benchmark on disk, so that one that was killed goes on where it stopped."""

from __future__ import annotations

import ast
import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from core.audit.records import Record
from core.benchmarks.problems import Split
from core.runs.environment import version
from core.runs.files import write_json

ASKED = ("problem", "system", "generator_seed", "split", "settings")
ROOT = Path(__file__).resolve().parents[2]
MEASURES = ("core/audit/**/*.py", "core/data/**/*.py", "core/benchmarks/problems.py", "core/benchmarks/scoring.py")
"""What decides the figures of given tables; patterns of files."""
LEARNS = ("core/synthesis/*.py", "models/table.py", "models/losses.py")
"""What decides the tables of our own synthesizer."""
PACKAGES = ("numpy", "pandas", "scikit-learn", "scipy", "torch")


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

    def done(self, folder: Path) -> bool:
        """Whether its records are on disk."""
        return self.file(folder).exists()

    def records(self, folder: Path, work: Callable[[], list[Record]]) -> pd.DataFrame:
        """Its records as a tidy table: those on disk, else those that ``work`` makes, which are then kept."""
        if not self.done(folder):
            write_json(self.file(folder), [record.model_dump(mode="json") for record in work()])
        found = json.loads(self.file(folder).read_text(encoding="utf-8"))
        return tidy(found, self.problem, self.system, self.generator_seed, self.split)


def tidy(records: Sequence[dict[str, Any]], problem: str, system: str, seed: int | None, split: Split) -> pd.DataFrame:
    """Records as a table: the fields of a record, and problem, system, generator seed and tested rows."""
    frame = pd.DataFrame(records, columns=list(Record.model_fields))
    own = {"problem": problem, "system": system, "generator_seed": seed}
    whole = dict.fromkeys(("seed", "generator_seed", "n"), "Int64")
    return frame.assign(**own, tested_on=split).astype(dict.fromkeys(("value", "low", "high"), "float64") | whole)


def library(*, learns: bool, further: tuple[str, ...] = ()) -> str:
    """A hash of the code and the packages that figures depend on: when they change, cells are measured anew.

    Comments, docstrings and layout do not count, so that editing a sentence costs no night of computing.

    Args:
        learns: Whether our synthesizer's code counts too, or the measuring alone.
        further: Patterns of further files that decide the figures.
    """
    return _digest((*MEASURES, *LEARNS, *further) if learns else (*MEASURES, *further))


@cache
def _digest(patterns: tuple[str, ...]) -> str:
    found = hashlib.sha256(json.dumps({name: version(name) for name in PACKAGES}).encode())
    for pattern in patterns:
        for file in sorted(ROOT.glob(pattern)):
            found.update(f"{file.relative_to(ROOT).as_posix()}\n{meaning(file.read_text(encoding='utf-8'))}\n".encode())
    return found.hexdigest()[:20]


def meaning(source: str) -> str:
    """Python code without what does not change its effect: comments, layout, docstrings and strings that stand alone.

    >>> meaning("def f(x): 'Answer.'; return x") == meaning("def f(x): return x  # the same")
    True
    """
    tree = ast.parse(source)
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list):
            kept = [one for one in body if not (isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant))]
            node.body = kept  # type: ignore[attr-defined]  # whatever has a list of statements takes one
    return ast.dump(tree)
