"""A generator of others as a comparator: fitted and sampled in an environment of its own, rows in and out by files.

So no dependency of an anchor enters Evenhand's environment, and the times of all systems come from one machine and run.
"""

from __future__ import annotations

import hashlib
import json
import subprocess  # one fixed command: a script of this package
from dataclasses import dataclass
from pathlib import Path

from core.benchmarks.anchors.engines.generate import REQUEST, SECONDS, SYNTHETIC, TRAIN
from core.benchmarks.problems import ProblemRows
from core.data.column import Role
from core.data.io.table_writer import write_parquet
from core.errors import ConfigError
from core.runs.files import write_json, write_text

ROOT = Path(__file__).resolve().parents[3]
ENGINES = Path(__file__).resolve().parent / "engines"
FAILURE = "failure.txt"


@dataclass(frozen=True)
class Anchor:
    """A generator that `make` installs into an environment of its own.

    Args:
        name: Name in the tables.
        engine: Module in ``engines``.
        environment: Name of the environment and of its pinned versions, and the target of `make`.
        fair: Whether the engine has a fairness option, which is used.
    """

    name: str
    engine: str
    environment: str
    fair: bool

    @property
    def python(self) -> Path:
        """The Python of its environment."""
        return ROOT / f".venv-{self.environment}" / "bin" / "python"

    @property
    def installed(self) -> bool:
        """Whether `make` built its environment."""
        return self.python.exists()

    def identity(self) -> dict[str, str]:
        """Return the hashes of the pinned versions and of the scripts, which the rows depend on."""
        shared = ("generate.py", "columns.py")
        paths = [ROOT / f"constraints-{self.environment}.txt", ENGINES / f"{self.engine}.py"]
        paths += [ENGINES / name for name in shared]
        return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}

    def make(self, rows: ProblemRows, folder: Path, seed: int = 0) -> tuple[Path, dict[str, float]]:
        """Generate as many rows as there are train rows; return their file, and the seconds of training and generating.

        Args:
            rows: Rows of the problem.
            folder: Folder of the files; files of the same names are replaced.
            seed: Random state of the engine.

        Raises:
            ConfigError: The environment is missing, or the engine failed; the sentence names the remedy, or the file
                of the engine's messages.
        """
        if not self.installed:
            raise ConfigError(f"{self.name} is not installed; run `make {self.environment}` first.")
        folder.mkdir(parents=True, exist_ok=True)
        (folder / FAILURE).unlink(missing_ok=True)
        columns = [column.name for column in rows.schema.columns if column.role is not Role.IGNORED]
        write_parquet(rows.train[columns], folder / TRAIN)
        request = {"target": rows.schema.target, "sensitive": list(rows.schema.sensitive), "seed": seed}
        write_json(folder / REQUEST, request)
        command = [str(self.python), str(ENGINES / "generate.py"), self.engine, str(folder.resolve())]
        process = subprocess.run(command, check=False, capture_output=True, text=True, cwd=folder)  # noqa: S603  # fixed words
        if process.returncode:
            write_text(folder / FAILURE, process.stderr)
            raise ConfigError(f"{self.name} failed; its messages are in {folder / FAILURE}.")
        return folder / SYNTHETIC, json.loads((folder / SECONDS).read_text(encoding="utf-8"))
