"""The software and hardware of a run, without host name, user name or path: a run folder may be shared."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess  # for git only
from importlib import metadata
from pathlib import Path
from typing import Any

PACKAGES = (
    "numpy",
    "pandas",
    "pillow",
    "pyarrow",
    "scipy",
    "scikit-learn",
    "fairlearn",
    "torch",
    "safetensors",
    "pydantic",
    "altair",
    "vl-convert-python",
    "shap",
    "umap-learn",
)


def describe(device: str, threads: int | None = None) -> dict[str, Any]:
    """Return versions, platform, processors, device and commit, ready for ``environment.json``.

    Args:
        device: The device of the run, e.g. ``cpu``.
        threads: Number of threads of the numerical library, if known.
    """
    return {
        "evenhand": version("evenhand"),
        "commit": commit(),
        "python": platform.python_version(),
        "packages": {name: version(name) for name in PACKAGES},
        "platform": f"{platform.system()} {platform.machine()}",
        "processors": os.cpu_count(),
        "threads": threads,
        "device": device,
    }


def version(package: str) -> str | None:
    """Return the installed version of a package; ``None`` if it is not installed."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def commit() -> str | None:
    """Return the git commit of this checkout, with ``+changes`` if files differ from it; ``None`` outside git."""
    root = Path(__file__).resolve().parents[2]
    if not (root / ".git").exists():
        return None
    head = _git(root, "rev-parse", "HEAD")
    if not head:
        return None
    return f"{head}+changes" if _git(root, "status", "--porcelain", "--untracked-files=no") else head


def _git(root: Path, *arguments: str) -> str | None:
    program = shutil.which("git")
    if program is None:
        return None
    try:
        process = subprocess.run(  # noqa: S603  # fixed arguments, no shell
            [program, *arguments], cwd=root, capture_output=True, text=True, timeout=10, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return process.stdout.strip() if process.returncode == 0 else None
