"""What a run was computed with. Holds no host name, no user name and no path: a run folder is made to be handed on."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess  # one fixed command: asking git for the commit
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
    """Versions, platform, processors, device and code state, ready for ``environment.json``.

    Args:
        device: The device that the run uses, e.g. ``cpu``.
        threads: Threads that the numerical library was given, if known.
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
    """The installed version of a package; ``None`` if it is not installed."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def commit() -> str | None:
    """The git commit of this checkout, with ``+changes`` if files differ from it; ``None`` outside git."""
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
        answer = subprocess.run(  # noqa: S603  # fixed arguments, no shell
            [program, *arguments], cwd=root, capture_output=True, text=True, timeout=10, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return answer.stdout.strip() if answer.returncode == 0 else None
