"""A server of the app and a real browser that drives it; shared by the tests and by the screenshots."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from core.cli.app_command import SERVER_ENVIRONMENT

ROOT = Path(__file__).parents[2]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
START_SECONDS = 120


def page_names() -> list[str]:
    """Return the name of every page, sorted."""
    return sorted(path.stem for path in (ROOT / "pages").glob("*.py"))


def link(name: str) -> str:
    """Return the path of a page's address. The start page is the default one, so its path is empty."""
    return "" if name == "start" else name


def browser_path() -> str | None:
    """The Chromium of this machine, if it has one; none is ever downloaded."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def served(runs: Path, *options: str, script: str = "server.py", port: int | None = None) -> Iterator[str]:
    """The app on a free port or this one, its runs in ``runs``, with options of Streamlit's; gives its address."""
    port = port or free_port()
    server = started(runs, port, *options, script=script)
    address = f"http://localhost:{port}"
    try:
        wait_for(address)
        yield address
    finally:
        server.terminate()
        server.wait(timeout=20)


def started(
    runs: Path, port: int, *options: str, script: str = "server.py", output: Any = subprocess.DEVNULL
) -> subprocess.Popen[str]:
    """Return the process of the app on a port, which may not answer yet; all that it writes goes to ``output``."""
    command = [sys.executable, "-m", "streamlit", "run", script, f"--server.port={port}", "--server.headless=true"]
    command += options
    environment = {**SERVER_ENVIRONMENT, **os.environ, "EVENHAND_RUNS": str(runs), "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(  # noqa: S603  # fixed words
        command, cwd=ROOT, env=environment, stdout=output, stderr=output, text=True
    )


def wait_for(address: str) -> None:
    """Wait until the app answers."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health") as answer:
                if answer.read() == b"ok":
                    return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(f"The app did not answer within {START_SECONDS} s.")


@contextmanager
def browser() -> Iterator[Any]:
    """The machine's Chromium, headless."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        arguments = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
        chromium = playwright.chromium.launch(executable_path=browser_path(), args=arguments)
        try:
            yield chromium
        finally:
            chromium.close()


def settled(page: Any, timeout: float = 180_000) -> None:
    """Waits until the page is connected and no script runs."""
    page.wait_for_selector("[data-test-connection-state=CONNECTED]", timeout=timeout)
    page.wait_for_timeout(150)  # a click needs a moment to start its script
    page.wait_for_selector("[data-test-script-state=notRunning]", timeout=timeout)
