"""The proxy of `compose.yaml` in front of an app, without TLS: a certificate would need a name."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.browser import driving

CADDYFILE = driving.ROOT / "Caddyfile"
USER, PASSWORD = "audit", "not a secret"


@contextmanager
def before(address: str, folder: Path, **variables: str) -> Iterator[str]:
    """Start the proxy of an app, and give the proxy's address.

    Args:
        address: Of the app.
        folder: Where the proxy may write.
        **variables: Further settings of the Caddyfile.
    """
    found, caddy = f"http://localhost:{driving.free_port()}", shutil.which("caddy") or "caddy"
    hashed = subprocess.run(  # noqa: S603
        [caddy, "hash-password", "--plaintext", PASSWORD], check=True, capture_output=True, text=True
    ).stdout.strip()
    environment = {
        **os.environ,
        "HOME": str(folder),
        "EVENHAND_HOST": found,
        "EVENHAND_USER": USER,
        "EVENHAND_PASSWORD_HASH": hashed,
        "EVENHAND_APP": address.removeprefix("http://"),
        **variables,
    }
    command = [caddy, "run", "--config", str(CADDYFILE), "--adapter", "caddyfile"]
    quiet = subprocess.DEVNULL
    proxy = subprocess.Popen(command, env=environment, stdout=quiet, stderr=quiet)  # noqa: S603
    try:
        _wait_for(found)
        yield found
    finally:
        proxy.terminate()
        proxy.wait(timeout=20)


def _wait_for(address: str) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(address, timeout=10):
                return
        except urllib.error.HTTPError:  # it asks for the login
            return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError("The proxy did not answer.")
