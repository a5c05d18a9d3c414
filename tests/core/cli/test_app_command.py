"""The command that starts the server."""

from __future__ import annotations

import subprocess
from typing import Any

import pytest
import typer

from core.cli import app_command


class Server:
    """A server that ends at once."""

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def wait(self) -> int:
        return 0


@pytest.mark.parametrize(("chosen", "used"), [(None, "malloc"), ("debug", "debug")])
def test_memory_of_the_server_can_go_back(monkeypatch: pytest.MonkeyPatch, chosen: str | None, used: str) -> None:
    started: list[dict[str, str]] = []

    def start(_command: object, *, env: dict[str, str], **_others: Any) -> Server:
        started.append(env)
        return Server()

    monkeypatch.setattr(subprocess, "Popen", start)
    monkeypatch.delenv("PYTHONMALLOC", raising=False)
    if chosen:
        monkeypatch.setenv("PYTHONMALLOC", chosen)
    with pytest.raises(typer.Exit):
        app_command.open_app(port=8501)
    assert [env["PYTHONMALLOC"] for env in started] == [used]
