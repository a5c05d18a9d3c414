"""The server of the app, which writes what each run of a script took into a file; see `test_load.py`."""

import json
import os
import time
from pathlib import Path
from typing import Any

from streamlit.runtime.scriptrunner import script_runner
from streamlit.starlette import App

from core.app import graceful_stop, page_log, serving
from tests.browser.driving import ROOT

TIMES = "EVENHAND_TEST_TIMES"

_run = script_runner.ScriptRunner._run_script


def _timed(self: Any, data: Any) -> None:
    wall, processor = time.monotonic(), time.thread_time()
    try:
        _run(self, data)
    finally:
        took = {
            "fragment": bool(data.fragment_id_queue),
            "wall": time.monotonic() - wall,
            "processor": time.thread_time() - processor,
        }
        with Path(os.environ[TIMES]).open("a") as file:
            file.write(f"{json.dumps(took)}\n")


if TIMES in os.environ:  # not where it is only imported
    script_runner.ScriptRunner._run_script = _timed  # type: ignore[method-assign]
page_log.configure()
app = App(ROOT / "app.py", middleware=serving.MIDDLEWARE, routes=serving.ROUTES, lifespan=graceful_stop.lifespan)
