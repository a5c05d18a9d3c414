"""What the server gives back: the sessions of people who left, and what was read for them."""

from __future__ import annotations

import asyncio
import gc
import os
import subprocess
import sys
import threading
import time
import weakref
from types import SimpleNamespace
from typing import Any

import pytest
from streamlit import config
from streamlit.runtime.memory_session_storage import MemorySessionStorage

from core.app import housekeeping
from core.cli.app_command import SERVER_ENVIRONMENT
from core.location import ROOT


class Session:
    """A session of somebody, in a cycle as Streamlit's are."""

    def __init__(self) -> None:
        self.id = "a"
        self.itself = self


def server(storage: object) -> Any:
    return SimpleNamespace(_session_mgr=SimpleNamespace(_session_storage=storage, _storage_lock=threading.Lock()))


def test_sessions_of_those_who_left_are_dropped_though_nobody_comes_after_them() -> None:
    storage = MemorySessionStorage(ttl_seconds=0.05)  # type: ignore[arg-type]
    session = Session()
    held = weakref.ref(session)
    storage.save(SimpleNamespace(session=session))  # type: ignore[arg-type]
    del session
    assert housekeeping.drop_sessions(server(storage)) == 0
    time.sleep(0.1)
    gc.collect()
    assert held() is not None  # Streamlit itself keeps it
    assert housekeeping.drop_sessions(server(storage)) == 1
    housekeeping.give_back()
    assert held() is None


def test_another_streamlit_is_left_alone() -> None:
    assert housekeeping.drop_sessions(SimpleNamespace()) == 0


@pytest.mark.parametrize(("others", "given"), [(0, [1]), (1, [])])
def test_what_was_read_of_runs_is_dropped_when_the_last_has_left(
    monkeypatch: pytest.MonkeyPatch, others: int, given: list[int]
) -> None:
    dropped: list[int] = []
    readers: list[int] = []
    there = SimpleNamespace(_session_mgr=SimpleNamespace(num_sessions=lambda: others))
    monkeypatch.setattr(housekeeping, "EVERY_SECONDS", 0.05)
    monkeypatch.setattr(housekeeping.runtime, "exists", lambda: True)
    monkeypatch.setattr(housekeeping.runtime, "get_instance", lambda: there)
    left = iter([1])
    monkeypatch.setattr(housekeeping, "drop_sessions", lambda _server: next(left, 0))
    monkeypatch.setattr(housekeeping.forget_run, "forget_all", lambda: dropped.append(1))
    monkeypatch.setattr(housekeeping, "keep_one_waiting", lambda: readers.append(1))

    async def rounds() -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(housekeeping.keep_house(), 1.0)

    asyncio.run(rounds())
    assert dropped == readers == given


def test_a_round_without_work_gives_nothing_back(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[int] = []
    monkeypatch.setattr(housekeeping, "EVERY_SECONDS", 0.02)
    monkeypatch.setattr(housekeeping, "give_back", lambda: given.append(1))

    async def rounds(worth: float) -> None:
        monkeypatch.setattr(housekeeping, "_WORTH", worth)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(housekeeping.keep_house(), 0.3)

    asyncio.run(rounds(1e9))
    assert not given
    asyncio.run(rounds(0.0))
    assert given


RUSH = """
import psutil
from core.app.housekeeping import give_back

def held():
    give_back()
    return psutil.Process().memory_info().rss / 2**20

before = held()
many = [bytes(200) for _ in range(400_000)]  # almost 100 MiB
kept = many[::2000]
del many
print(held() - before)
"""


def test_what_few_objects_outlive_goes_back_to_the_system() -> None:
    if not sys.platform.startswith("linux"):
        pytest.skip("Memory is given back to the system on Linux alone.")
    answer = subprocess.run(  # noqa: S603  # fixed words
        [sys.executable, "-c", RUSH],
        cwd=ROOT,
        env={**os.environ, **SERVER_ENVIRONMENT},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert float(answer.stdout) < 20


def test_no_script_ends_with_a_collection() -> None:
    assert "postScriptGC = false" in (ROOT / ".streamlit" / "config.toml").read_text()
    assert "runner.postScriptGC" in config._config_options_template
