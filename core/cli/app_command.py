"""The command ``app``."""

from __future__ import annotations

import os
import subprocess  # one fixed command: the app
import sys
from typing import Annotated, Final

import typer

from core.cli.failures import guarded
from core.location import ROOT

SERVER_ENVIRONMENT: Final = {"PYTHONMALLOC": "malloc"}
"""How the server takes memory. Python's own way keeps a mebibyte for each small object that outlives a rush in it."""


def open_app(port: Annotated[int, typer.Option(help="Port of the app.")] = 8501) -> None:
    """Open the app in a browser."""
    with guarded():
        # Streamlit reads its settings from .streamlit beside the script; runs are saved in the user's folder.
        command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "server.py"), "--server.port", str(port)]
        environment = {**SERVER_ENVIRONMENT, **os.environ}
        with subprocess.Popen(command, env=environment) as server:  # noqa: S603  # fixed words
            try:
                code = server.wait()
            except KeyboardInterrupt:  # by Ctrl-C or SIGTERM; the server stops by itself, in its own time
                server.terminate()
                code = server.wait()
        raise typer.Exit(code)
