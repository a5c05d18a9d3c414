"""SIGTERM ends the server within the stated time, and its runs come to the same bytes."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from core.app import graceful_stop
from core.config import run_config
from core.data.sources.load import load
from core.location import COMMAND, ROOT
from core.pipeline import prepare
from core.runs import stopping
from core.runs.jobs import Job, cancel, status, submit
from core.runs.run_folder import RunFolder
from core.runs.state import Status
from tests.browser import driving

PATIENCE_SECONDS = 1200.0  # on a loaded machine an undisturbed run took eight minutes
SETTINGS = {"audit_seeds": (0,), "device": "cpu", "pictures": "none", "generator_draws": 1, "audit_refits": 0}


class Server:
    """A server of the app that a test stops."""

    def __init__(self, runs: Path, log: Path) -> None:
        self.port = driving.free_port()
        self.address = f"http://localhost:{self.port}"
        self.log = log
        with log.open("a") as output:
            self.process = driving.started(runs, self.port, output=output)
        driving.wait_for(self.address)

    def is_ready(self) -> bool:
        with urllib.request.urlopen(f"{self.address}/ready", timeout=10) as answer:
            return answer.status == 200 and json.load(answer)["ready"]

    def stop(self) -> float:
        """Return in how many seconds it has ended."""
        begun = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=60)
        return time.monotonic() - begun


@contextmanager
def server(runs: Path, log: Path) -> Iterator[Server]:
    one = Server(runs, log)
    try:
        yield one
    finally:
        one.process.kill()
        one.process.wait()


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A prepared run whose training takes some seconds."""
    settings = run_config(preset="fast", epochs=60, **SETTINGS)
    return prepare(load("demo", rows=600), settings, tmp_path_factory.mktemp("start") / "run").path


@pytest.fixture(scope="module")
def undisturbed(start: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    path = tmp_path_factory.mktemp("undisturbed") / "run"
    shutil.copytree(start, path)
    subprocess.run([*COMMAND, "resume", str(path)], cwd=ROOT, check=True, capture_output=True)  # noqa: S603
    return contents(path)


def contents(path: Path) -> dict[str, str]:
    """The checksum of each file that has one."""
    folder = RunFolder.open(path)
    found = folder.checksums.recorded()
    assert found == {name: folder.checksums.current(name) for name in found}
    return found


def wait(path: Path, wanted: Callable[[Job], bool]) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not wanted(job := status(path)):
        assert job.state.status not in {Status.DONE, Status.FAILED, Status.CANCELLED}, job.state
        assert time.monotonic() < end, job.state
        time.sleep(0.05)


def is_learning(job: Job) -> bool:
    return job.state.status is Status.RUNNING and job.state.stage == "teacher" and bool(job.events)


def is_done(job: Job) -> bool:
    return job.state.status is Status.DONE


@pytest.fixture
def run(start: Path, tmp_path: Path) -> Iterator[Path]:
    """A prepared run in a folder of runs."""
    path = tmp_path / "runs" / "run"
    shutil.copytree(start, path)
    yield path
    cancel(path)


@pytest.mark.slow
def test_a_run_at_work_waits_for_the_next_server_and_comes_to_the_same_bytes(
    run: Path, undisturbed: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EVENHAND_ON_STOP", "requeue")
    monkeypatch.setenv("EVENHAND_LOG", "json")
    monkeypatch.setenv("STREAMLIT_LOGGER_HIDE_WELCOME_MESSAGE", "true")
    with server(run.parent, tmp_path / "log") as first:
        assert first.is_ready()
        submit(run)
        wait(run, is_learning)
        assert first.stop() < stopping.STOP_SECONDS.value()
        assert first.process.returncode == -signal.SIGTERM
        with pytest.raises(OSError, match="refused"):
            first.is_ready()
    stopped = RunFolder.open(run).job
    assert stopped.state().status is Status.QUEUED
    assert stopped.process() is None
    with server(run.parent, tmp_path / "log") as second:
        assert second.is_ready()
        wait(run, is_done)
    assert contents(run) == undisturbed
    lines = [json.loads(line) for line in (tmp_path / "log").read_text().splitlines()]
    said = [(line["message"], line.get("run")) for line in lines if line["logger"] == "evenhand"]
    assert said.index(("The server stops.", None)) < said.index(("A job is queued.", "run"))
    assert ("The server has stopped.", None) in said
    assert said[-1] == ("A job is done.", "run")


@pytest.mark.slow
def test_on_one_machine_a_run_goes_on_without_its_server(
    run: Path, undisturbed: dict[str, str], tmp_path: Path
) -> None:
    with server(run.parent, tmp_path / "log") as one:
        submit(run)
        wait(run, is_learning)
        assert one.stop() < stopping.STOP_SECONDS.value()
    assert status(run).alive
    wait(run, is_done)
    assert contents(run) == undisturbed


@pytest.mark.slow
def test_the_command_stops_its_server_in_the_same_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    port = driving.free_port()
    monkeypatch.setenv("EVENHAND_RUNS", str(tmp_path))
    monkeypatch.setenv("EVENHAND_LOG", "json")
    monkeypatch.setenv("STREAMLIT_SERVER_HEADLESS", "true")
    with subprocess.Popen([*COMMAND, "app", f"--port={port}"], cwd=ROOT, stderr=subprocess.PIPE) as command:  # noqa: S603
        try:
            driving.wait_for(f"http://localhost:{port}")
        finally:  # also where it starts too late: the block ends with the command
            command.send_signal(signal.SIGTERM)
        _, log = command.communicate(timeout=60)
    assert "The server has stopped." in [json.loads(line)["message"] for line in log.splitlines()]
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("localhost", port))


def test_the_server_alone_takes_memory_in_its_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVENHAND_RUNS", str(tmp_path))
    monkeypatch.setenv("PYTHONMALLOC", "malloc")
    monkeypatch.setattr(graceful_stop.GracefulStop, "listen", lambda _self: None)

    async def serve() -> None:
        async with graceful_stop.lifespan(None):
            assert "PYTHONMALLOC" not in os.environ

    asyncio.run(serve())


WITHOUT_END = """
import asyncio, sys
import uvicorn
from starlette.applications import Starlette
from starlette.routing import Route
from core.app import graceful_stop

async def without_end(request):
    print("asked", flush=True)
    await asyncio.sleep(3600)

app = Starlette(routes=[Route("/", without_end)], lifespan=graceful_stop.lifespan)
uvicorn.run(app, port=int(sys.argv[1]), log_level="critical")
"""


def test_a_request_without_end_is_cut_off(tmp_path: Path) -> None:
    port = driving.free_port()
    command = [sys.executable, "-c", WITHOUT_END, str(port)]
    environment = {**os.environ, "EVENHAND_STOP_SECONDS": "2", "EVENHAND_RUNS": str(tmp_path)}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE) as one:  # noqa: S603
        try:
            with asked(port):
                assert one.stdout is not None
                assert one.stdout.readline() == b"asked\n"
                one.send_signal(signal.SIGTERM)
                begun = time.monotonic()
                assert one.wait(timeout=30) == 128 + signal.SIGTERM
                assert 1.5 < time.monotonic() - begun < 10
        finally:
            one.kill()


def asked(port: int) -> socket.socket:
    """A connection on which an answer is awaited."""
    end = time.monotonic() + 60
    while True:
        try:
            found = socket.create_connection(("127.0.0.1", port))
            break
        except OSError:
            assert time.monotonic() < end
            time.sleep(0.1)
    found.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
    return found
