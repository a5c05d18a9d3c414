"""The log of the service: each line is JSON, and none holds a value."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from core.location import COMMAND, ROOT
from core.runs import jobs
from core.runs.run_folder import RunFolder
from core.runs.state import Status

VALUE = "salary of Ann Archer"


def said(code: str, **variables: str) -> list[dict[str, Any]]:
    """What a process that runs this code logs; every line of its stderr is one of the log."""
    start = "import logging\nfrom core import service_log\nservice_log.configure()\n"
    environment = {**os.environ, "EVENHAND_LOG": "json", **variables}
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", start + code], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert VALUE not in done.stderr
    return [json.loads(line) for line in done.stderr.splitlines()]


def test_a_line_has_time_level_logger_sentence_and_run() -> None:
    (line,) = said("service_log.LOGGER.info('A job is %s.', 'done', extra={'run': 'loans'})")
    assert line.pop("time").endswith("+00:00")
    assert line == {"level": "INFO", "logger": "evenhand", "message": "A job is done.", "run": "loans"}


def test_who_it_is_about_is_asked_of_the_front_end() -> None:
    about = "service_log.configure(lambda: {'person': 'ann', 'run': 'loans', 'other': 'no'})\n"
    (line,) = said(about + "service_log.LOGGER.warning('Something.')")
    assert (line["person"], line["run"]) == ("ann", "loans")
    assert "other" not in line
    fails = "service_log.configure(lambda: 1 / 0)\nservice_log.LOGGER.warning('Something.')"
    assert [line["message"] for line in said(fails)] == ["Something."]


@pytest.mark.parametrize(
    "code",
    [
        "try:\n    raise ValueError(VALUE)\nexcept ValueError:\n    service_log.LOGGER.exception('It failed.')",
        "raise ValueError(VALUE)",
        "import threading\nt = threading.Thread(target=lambda: int(VALUE))\nt.start(); t.join()",
        "import asyncio\nasync def one(): raise ValueError(VALUE)\n"
        "async def main(): task = asyncio.ensure_future(one()); await asyncio.sleep(0)\n"
        "asyncio.run(main())",
        "class One:\n    def __del__(self): raise ValueError(VALUE)\none = One(); del one",
    ],
    ids=["logged", "main", "thread", "task", "del"],
)
def test_a_failure_has_type_and_place_and_not_its_message(code: str) -> None:
    (line,) = said(f"VALUE = {VALUE!r}\n{code}")
    assert line["level"] == "ERROR"
    assert line["exception"] == "ValueError"
    assert line["place"]


def test_what_others_fill_in_is_left_out() -> None:
    lines = said(
        f"value = {VALUE!r}\n"
        "logging.getLogger('uvicorn.error').info('Got %s', value)\n"
        "logging.getLogger('streamlit.some').warning(ValueError(value))\n"
        "logging.getLogger('of.another').warning(f'Got {value}')\n"
        "import warnings; warnings.warn(value)\n"
    )
    assert [line["message"] for line in lines[:1]] == ["Got %s"]
    assert [line["message"] for line in lines[1:3]] == ["Its sentence may hold a value and is left out."] * 2
    assert lines[2]["place"] == ["<string>:7 in <module>"]
    assert lines[3]["message"].startswith("UserWarning at ")


def test_a_line_break_does_not_forge_a_line() -> None:
    (line,) = said("service_log.LOGGER.info('A %s', 'b\\n{\"level\": \"x\"}')")
    assert line["message"].startswith("A b\n")


def test_nothing_is_printed_where_nobody_asked_for_a_log() -> None:
    assert said("service_log.LOGGER.error('Something.')", EVENHAND_LOG="plain") == []


@pytest.mark.parametrize("log", ["json", "plain"])
def test_a_job_logs_into_the_stream_of_who_started_it(tmp_path: Path, log: str) -> None:
    RunFolder.create(tmp_path / "loans").job.update_state(status=Status.QUEUED)
    code = (
        "import sys, time\nfrom pathlib import Path\nfrom core.runs import process\n"
        f"worker = process.start([*{COMMAND!r}, 'resume', {str(tmp_path / 'loans')!r}], Path.cwd())\n"
        "while process.is_alive(worker): process.reap(); time.sleep(0.05)\n"
    )
    broken = tmp_path / "loans" / "config.json"
    broken.write_text('{"preset": "a value"}')
    lines = said(code, EVENHAND_LOG=log)
    assert ("failed" in {line["message"].split()[-1].strip(".") for line in lines}) == (log == "json")
    assert {line["run"] for line in lines} <= {"loans"}


def test_changes_of_a_job_are_logged_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    folder = RunFolder.create(tmp_path / "loans")
    with caplog.at_level("INFO", logger="evenhand"):
        folder.job.update_state(status=Status.QUEUED)
        folder.job.update_state(message=VALUE)
    assert [(record.getMessage(), record.run) for record in caplog.records] == [("A job is queued.", "loans")]
    assert jobs.open_job(tmp_path / "loans").path == folder.path


def test_work_goes_on_when_nobody_reads_the_log_any_more(tmp_path: Path) -> None:
    done = tmp_path / "done"
    code = (
        "from core import service_log\nservice_log.configure()\ninput()\n"
        f"service_log.LOGGER.info('Something.')\nopen({str(done)!r}, 'w').close()\n"
    )
    environment = {**os.environ, "EVENHAND_LOG": "json"}
    with subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", code], cwd=ROOT, env=environment, stdin=subprocess.PIPE, stderr=subprocess.PIPE
    ) as one:
        assert one.stderr is not None
        one.stderr.close()
        one.communicate(b"\n", timeout=60)
    assert done.exists()
