"""Twenty people at once on one server, each with a table of its own: no error, no mix-up, no wait, nothing kept.

The browsers share the machine's cores with the server, so a click's time holds both; the time of the server's scripts
alone is recorded beside it. All are there from the first; each begins within `EVENHAND_TEST_ARRIVE` seconds, and thinks
`EVENHAND_TEST_THINK` seconds on average before a click. `EVENHAND_TEST_REST` says how long after they have left the
server's memory is read (600 for the stated ten minutes).
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest

from tests.browser import driving
from tests.browser.people import WAIT, WORK, arrived, browser
from tests.browser.timed_server import TIMES

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3600)]
PEOPLE, TRAINERS = 20, (0, 1)
ARRIVE = float(os.environ.get("EVENHAND_TEST_ARRIVE", "60"))  # seconds
REST = float(os.environ.get("EVENHAND_TEST_REST", "240"))  # Streamlit keeps a session for two minutes
IDLE = 30  # seconds
MOST_SECONDS, MOST_KEPT, MOST_IDLE, MOST_FOLLOWING = 3.0, 1.10, 0.02, 0.10


@dataclass(frozen=True)
class Server:
    """The server under load.

    Args:
        address: Its address.
        process: Its process.
        times: The file of what the runs of its scripts took.
    """

    address: str
    process: psutil.Process
    times: Path

    def memory(self) -> float:
        """MiB of the server itself; readers and jobs are processes of their own."""
        return float(self.process.memory_info().rss / 2**20)

    def processor(self) -> float:
        """Seconds of processor time of the server and of the processes that it has started and that live."""
        return processor_of(self.process)

    def scripts(self) -> list[dict[str, Any]]:
        """What each run of a script took so far."""
        return [json.loads(line) for line in self.times.read_text().splitlines()] if self.times.exists() else []


def processor_of(process: psutil.Process) -> float:
    """Seconds of processor time of a process and of the living ones that it has started."""
    total = 0.0
    for one in (process, *process.children(recursive=True)):
        with suppress(psutil.NoSuchProcess):
            total += sum(one.cpu_times()[:2])
    return total


def busy() -> float:
    """Seconds of processor time of the whole machine."""
    now = psutil.cpu_times()
    return float(now.user + now.nice + now.system)


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    if driving.browser_path() is None:
        pytest.skip("No Chromium is installed here, so nothing can drive a browser; install chromium to run this.")
    pytest.importorskip("playwright")
    monkeypatch.setenv("EVENHAND_ACCESS", "browser")
    monkeypatch.setenv(TIMES, str(tmp_path / "times"))
    port = driving.free_port()
    with (tmp_path / "log").open("w") as log:
        running = driving.started(tmp_path / "runs", port, script="tests/browser/timed_server.py", output=log)
    try:
        driving.wait_for(f"http://localhost:{port}")
        yield Server(f"http://localhost:{port}", psutil.Process(running.pid), tmp_path / "times")
        assert "Traceback" not in (tmp_path / "log").read_text()
    finally:
        running.terminate()
        with suppress(subprocess.TimeoutExpired):
            running.wait(timeout=20)


async def highest(read: Callable[[], float], found: list[float]) -> None:
    """Keep the highest value in ``found``, until this is cancelled."""
    while True:
        found[:] = [max(*found, read())]
        await asyncio.sleep(0.5)


async def carry_out(server: Server, record: Callable[[str, object], None]) -> None:
    async with browser() as chromium:
        record("MiB at first", round(server.memory()))
        async with arrived(chromium, server.address, range(PEOPLE, PEOPLE + 1)) as (first,):
            await first.goes_the_way(trains=True)  # what is imported once is no memory of the many
            await first.sees_the_end()
        before, known = server.memory(), len(server.scripts())
        record("MiB before", round(before))

        peak, begun = [before], time.monotonic()
        own, machine = sum(server.process.cpu_times()[:2]), busy()
        watch = asyncio.create_task(highest(server.memory, peak))
        async with arrived(chromium, server.address, range(PEOPLE)) as people:
            await asyncio.gather(*(one.goes_the_way(trains=one.number in TRAINERS, within=ARRIVE) for one in people))
            seconds = time.monotonic() - begun
            record("seconds of all", round(seconds))
            record("cores used by the server", round((sum(server.process.cpu_times()[:2]) - own) / seconds, 2))
            record("cores used on the machine", round((busy() - machine) / seconds, 2))
            for number in TRAINERS:
                await people[number].sees_the_end()
            clicks = [click for one in people for click in one.clicks]
            record_clicks(clicks, server.scripts()[known:], record)
            await asyncio.sleep(5)
            scripts, used, begun = len(server.scripts()), server.processor(), time.monotonic()
            await asyncio.sleep(IDLE)
            idle = (server.processor() - used) / (time.monotonic() - begun) / PEOPLE
            record("idle share of a core, a page", round(idle, 4))
            record("scripts while idle", len(server.scripts()) - scripts)
            for one in people:
                await one.sees_only_the_own()
        watch.cancel()
        record("MiB at most", round(peak[0]))
    await asyncio.sleep(REST)
    after = server.memory()
    record(f"MiB {REST:.0f} s after", round(after))
    assert idle < MOST_IDLE
    assert after < MOST_KEPT * before
    assert np.quantile([seconds for name, seconds in clicks if name != WORK], 0.95) < MOST_SECONDS


def record_clicks(
    clicks: list[tuple[str, float]], scripts: list[dict[str, Any]], record: Callable[[str, object], None]
) -> None:
    for name in dict.fromkeys(name for name, _ in clicks):
        record(f"click {name}, s", spread([seconds for one, seconds in clicks if one == name]))
    record("click, s", spread([seconds for name, seconds in clicks if name != WORK]))
    for kind in (False, True):
        mine = [one for one in scripts if one["fragment"] == kind]
        what = "fragment" if kind else "page"
        record(f"script of a {what}, s", spread([one["wall"] for one in mine]))
        record(f"script of a {what}, s of processor", spread([one["processor"] for one in mine]))


def spread(seconds: list[float]) -> str:
    if not seconds:
        return "none"
    middle, high, most = np.quantile(seconds, (0.5, 0.95, 1))
    return f"median {middle:.2f}, p95 {high:.2f}, max {most:.2f} of {len(seconds)}"


def recorder(record_property: Callable[[str, object], None]) -> Callable[[str, object], None]:
    def record(name: str, value: object) -> None:
        record_property(name, value)
        print(f"{name}: {value}", flush=True)  # noqa: T201  # shown with -s

    return record


def test_twenty_people_at_once(server: Server, record_property: Callable[[str, object], None]) -> None:
    asyncio.run(carry_out(server, recorder(record_property)))


def test_a_page_that_follows_a_run_leaves_the_core_to_others(
    server: Server, record_property: Callable[[str, object], None]
) -> None:
    record = recorder(record_property)

    async def follow() -> float:
        async with browser() as chromium, arrived(chromium, server.address, range(1)) as (one,):
            await one.brings_a_table()
            await one.trains("As published")  # the longest
            await one.page.get_by_text(re.compile("^Working")).first.wait_for(timeout=WAIT)
            await asyncio.sleep(5)
            scripts, used = len(server.scripts()), sum(server.process.cpu_times()[:2])
            await asyncio.sleep(IDLE)
            share = (sum(server.process.cpu_times()[:2]) - used) / IDLE
            record("share of a core, a page that follows a run", round(share, 3))
            record("its looks a second", round((len(server.scripts()) - scripts) / IDLE, 2))
            assert await one.page.get_by_text(re.compile("^Working")).count()  # it lasted
            await one.page.get_by_role("button", name="Cancel").click()
            await one.page.get_by_role("button", name="Cancel").wait_for(state="detached", timeout=WAIT)
            return share

    assert asyncio.run(follow()) < MOST_FOLLOWING
