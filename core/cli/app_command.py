"""The command ``app``."""

from __future__ import annotations

import subprocess  # one fixed command: the app
import sys
from pathlib import Path
from typing import Annotated

import typer

from core.cli.options import guarded

ROOT = Path(__file__).resolve().parents[2]


def open_app(port: Annotated[int, typer.Option(help="Port of the app.")] = 8501) -> None:
    """Open the app in a browser."""
    with guarded():
        command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py"), "--server.port", str(port)]
        raise typer.Exit(subprocess.run(command, check=False, cwd=ROOT).returncode)  # noqa: S603  # fixed words
