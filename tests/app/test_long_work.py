"""Long work is done in a process of its own, whatever becomes of it there."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psutil
import pytest
from streamlit.testing.v1 import AppTest

from core.app import long_work
from core.errors import DataError, EvenhandError, Problem, give
from core.events import Event, Listener
from core.location import ROOT
from core.runs import access

POOL = long_work._pool  # before the tests' fixture takes its place


@pytest.fixture(autouse=True)
def _in_processes(monkeypatch: pytest.MonkeyPatch, _long_work_is_done_here: None) -> Iterator[None]:
    monkeypatch.setattr(long_work, "_pool", POOL)
    yield
    long_work.end_all()


def where(_listener: Any = None, listener: Listener | None = None) -> tuple[int, int, str]:
    return os.getpid(), psutil.Process().nice(), access.viewer().name


def refused(listener: Listener) -> None:
    raise DataError("Column 'age' is no number.", field="target", remedies=[give("target")])


class NeedsTwoError(Exception):
    """Made from two values, of which only the text is kept, so that it cannot be made again from what is sent."""

    def __init__(self, column: str, value: str) -> None:
        super().__init__(f"{column} is {value}")


def odd(listener: Listener) -> None:
    raise NeedsTwoError("age", "a person's 47")


def killed(listener: Listener) -> None:
    os._exit(9)


def endless(place: Path, listener: Listener) -> None:
    for step in range(1_000):
        place.write_text(str(step))
        listener(Event("audit", step, 1_000))
        time.sleep(0.05)


def asleep(place: Path, listener: Listener) -> None:
    for _ in range(600):
        time.sleep(0.1)
    place.touch()


def large(listener: Listener) -> bytes:
    time.sleep(3)
    return bytes(5_000_000)


def nap(seconds: float, listener: Listener) -> None:
    time.sleep(seconds)


def told(function: Callable[..., Any]) -> None:
    with pytest.raises(EvenhandError):
        long_work.carry_out(function)


def script(name: str, argument: object) -> None:
    import streamlit as st

    from core.app import long_work
    from tests.app import test_long_work  # noqa: PLW0406  # the script is code of its own

    st.text(str(long_work.carry_out(getattr(test_long_work, name), argument)))


def asked(work: Callable[..., Any], argument: object) -> AppTest:
    return AppTest.from_function(script, default_timeout=60, args=(work.__name__, argument))


def test_another_process_does_it_at_a_low_priority_for_the_person_who_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVENHAND_ACCESS", "browser")
    with access.acting_as(access.Viewer("ann")):
        pid, nice, who = long_work.carry_out(where)
        assert (nice >= max(10, psutil.Process().nice()), who) == (True, "ann")
        assert pid != os.getpid()
        assert long_work.carry_out(where)[0] == pid


def test_an_error_of_the_work_is_the_same_here() -> None:
    with pytest.raises(DataError) as error:
        long_work.carry_out(refused)
    assert error.value.problem == Problem("Column 'age' is no number.", "target", (give("target"),))


def test_an_error_that_cannot_be_sent_is_named_without_its_text_and_the_process_goes_on() -> None:
    before, *_ = long_work.carry_out(where)
    with pytest.raises(RuntimeError, match=r"^The work ended with NeedsTwoError\.$"):
        long_work.carry_out(odd)
    after, *_ = long_work.carry_out(where)
    assert after == before


def test_a_process_that_ends_is_said_and_replaced() -> None:
    with pytest.raises(EvenhandError, match="ended before it was done"):
        long_work.carry_out(killed)
    assert long_work.carry_out(where)[0] != os.getpid()


def test_an_idle_process_that_is_killed_is_replaced() -> None:
    for work in (long_work.get_ready, lambda: None):
        first = long_work.carry_out(where)[0]
        psutil.Process(first).kill()
        time.sleep(1)
        work()
        assert long_work.carry_out(where)[0] not in {first, os.getpid()}


def test_work_without_events_is_interrupted_when_nobody_waits_any_more(tmp_path: Path) -> None:
    long_work.carry_out(where)
    with pytest.raises(RuntimeError, match="timed out"):
        asked(asleep, tmp_path / "woke").run(timeout=10)
    started = time.monotonic()
    assert long_work.carry_out(where)
    assert time.monotonic() - started < 20
    assert not (tmp_path / "woke").exists()


def test_a_process_ends_with_the_server(tmp_path: Path) -> None:
    """It writes a result that is larger than a pipe, which nobody takes."""
    code = (
        "import sys, threading, time; from tests.app import test_long_work as t; from core.app import long_work as w\n"
        "threading.Thread(target=w.carry_out, args=(t.large,), daemon=True).start()\n"
        "time.sleep(60)"
    )
    command = [sys.executable, "-W", "ignore", "-c", code]
    server = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL)  # noqa: S603  # fixed words
    workers: list[psutil.Process] = []
    while len(workers) < 2:  # the worker and the tracker of its resources
        time.sleep(0.5)
        workers = psutil.Process(server.pid).children(recursive=True)
    time.sleep(5)
    server.kill()
    server.wait()
    _, alive = psutil.wait_procs(workers, timeout=20)
    assert alive == []


def test_a_process_that_other_work_ends_is_tried_again() -> None:
    first = threading.Thread(target=told, args=(killed,))
    first.start()
    found = [long_work.carry_out(where)[0] for _ in range(2)]
    first.join()
    assert os.getpid() not in found


def test_a_server_that_stops_ends_the_work_and_says_so(tmp_path: Path) -> None:
    place = tmp_path / "step"
    said: list[str] = []

    def ask() -> None:
        with pytest.raises(EvenhandError) as error:
            long_work.carry_out(endless, place)
        said.append(error.value.sentence)

    asking = threading.Thread(target=ask)
    asking.start()
    while not place.exists():
        time.sleep(0.1)
    long_work.end_all()
    asking.join(20)
    last = place.read_text()
    time.sleep(0.5)
    assert (said, place.read_text()) == (["This server is being stopped. Try again when it is back."], last)


def test_work_ends_with_the_page_that_asked_for_it(tmp_path: Path) -> None:
    place = tmp_path / "step"
    long_work.carry_out(where)  # the process is there
    with pytest.raises(RuntimeError, match="timed out"):  # the test goes on elsewhere, as a person does
        asked(endless, place).run(timeout=10)
    last = None
    for _ in range(20):
        time.sleep(0.5)
        if last == (last := place.read_text()):
            break
    assert 0 < int(last) < 999
    assert long_work.carry_out(where)  # the next is not held up


def test_a_page_shows_the_result_and_no_bar() -> None:
    app = asked(nap, 0.5).run()
    assert not app.exception, app.exception
    assert app.text[0].value == "None"
    assert not app.get("progress")


def test_what_has_not_changed_is_drawn_once_in_a_while(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[tuple[float, str]] = []
    monkeypatch.setattr(long_work, "_LOOK_SECONDS", 0.02)
    monkeypatch.setattr(long_work, "_DRAW_SECONDS", 0.5)
    future: Future[None] = Future()
    threading.Timer(1.2, future.set_result, [None]).start()
    long_work._follow(future, tmp_path / "progress", SimpleNamespace(progress=lambda *now: drawn.append(now)))
    assert {text for _, text in drawn} == {"Waiting for the work of others on this machine …"}
    assert 2 <= len(drawn) <= 4
