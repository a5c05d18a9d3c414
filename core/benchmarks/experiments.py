"""Experiments of a benchmark, saved on disk, so that an interrupted benchmark resumes where it stopped."""

from __future__ import annotations

import ast
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from core.audit.records import Record
from core.choices import TestedRows
from core.runs.environment import version
from core.runs.files import write_json

IDENTITY_FIELDS = ("problem", "system", "generator_seed", "split", "settings")
ROOT = Path(__file__).resolve().parents[2]
EVALUATION_CODE = (
    "core/audit/**/*.py",
    "core/data/**/*.py",
    "core/downstream_classifiers/*.py",
    "core/benchmarks/problems.py",
    "core/benchmarks/scoring.py",
)
"""Files that determine the metrics of a given table, as patterns."""
SYNTHESIS_CODE = ("core/synthesis/*.py", "core/synthesis/label_repair/*.py", "core/synthesis/table/*.py", "models/*.py")
"""Files that determine the rows of Evenhand's synthesizer, as patterns."""
PACKAGES = ("numpy", "pandas", "scikit-learn", "scipy", "torch")


@dataclass(frozen=True)
class Experiment:
    """One system on one problem with one generator seed.

    Args:
        problem: Name of the problem.
        system: Name of the preset, the variant, or the external file.
        generator_seed: Generator seed; ``None`` for systems without one.
        split: Which rows are tested on.
        settings: Everything that its records depend on; another value is another experiment.
    """

    problem: str
    system: str
    generator_seed: int | None
    split: TestedRows
    settings: dict[str, Any]

    def path(self, folder: Path) -> Path:
        """Return the file of its records; the name contains a hash of all fields."""
        identity = json.dumps([getattr(self, name) for name in IDENTITY_FIELDS], sort_keys=True)
        return folder / "experiments" / f"{self.problem}-{hashlib.sha256(identity.encode()).hexdigest()[:20]}.json"

    def exists(self, folder: Path) -> bool:
        """Return whether its records are saved."""
        return self.path(folder).exists()

    def save(self, folder: Path, records: Sequence[Record]) -> None:
        """Save its records."""
        write_json(self.path(folder), [record.model_dump(mode="json") for record in records])

    def records(self, folder: Path) -> pd.DataFrame:
        """Return its records, which are saved, as a tidy table."""
        records = json.loads(self.path(folder).read_text(encoding="utf-8"))
        return tidy(records, self.problem, self.system, self.generator_seed, self.split)


def tidy(
    records: Sequence[dict[str, Any]], problem: str, system: str, seed: int | None, split: TestedRows
) -> pd.DataFrame:
    """Return records as a table with the fields of a record, problem, system, generator seed and tested rows."""
    frame = pd.DataFrame(records, columns=list(Record.model_fields))
    labels = {"problem": problem, "system": system, "generator_seed": seed}
    integers = dict.fromkeys(("seed", "generator_seed", "n"), "Int64")
    return frame.assign(**labels, tested_on=split).astype(dict.fromkeys(("value", "low", "high"), "float64") | integers)


def code_hash(*, synthesizes: bool, extra_files: tuple[str, ...] = ()) -> str:
    """Return a hash of the code and packages that records depend on; when it changes, experiments are repeated.

    Comments, docstrings and layout do not count, so editing a sentence does not repeat hours of computation.

    Args:
        synthesizes: Whether the code of Evenhand's synthesizer counts too, or only that of the evaluation.
        extra_files: Patterns of further files that records depend on.
    """
    return _digest(
        (*EVALUATION_CODE, *SYNTHESIS_CODE, *extra_files) if synthesizes else (*EVALUATION_CODE, *extra_files)
    )


@cache
def _digest(patterns: tuple[str, ...]) -> str:
    digest = hashlib.sha256(json.dumps({name: version(name) for name in PACKAGES}).encode())
    for pattern in patterns:
        for path in sorted(ROOT.glob(pattern)):
            digest.update(
                f"{path.relative_to(ROOT).as_posix()}\n{normalised_code(path.read_text(encoding='utf-8'))}\n".encode()
            )
    return digest.hexdigest()[:20]


def normalised_code(source: str) -> str:
    """Return Python code without comments, layout, docstrings and other string statements.

    >>> normalised_code("def f(x): 'Answer.'; return x") == normalised_code("def f(x): return x  # the same")
    True
    """
    tree = ast.parse(source)
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list):
            statements = [
                statement
                for statement in body
                if not (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant))
            ]
            node.body = statements  # type: ignore[attr-defined]  # every node with a list of statements accepts one
    return ast.dump(tree)
