"""The log of the service: with ``EVENHAND_LOG=json`` one JSON object a line on stderr, for programs that read logs.

::

    {"time": "2026-03-01T09:30:00.125+00:00", "level": "ERROR", "logger": "streamlit.error_util",
     "message": "Uncaught app execution", "person": "ann@example.org", "run": "loans",
     "exception": "ValueError", "place": ["report.py:40 in <module>", "html.py:12 in page"]}

No line holds a value of a row. Of a failure it has type and place and never the message, which may quote one. What
libraries say is logged as they wrote it, without what they fill in; of libraries that build their sentences otherwise
only the place is.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import threading
import traceback
import warnings
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Final

from core.settings import Choice, Setting

JSON: Final = "json"
LOG: Final = Choice("EVENHAND_LOG", ("plain", JSON))
"""Whether the service logs in lines of JSON. A developer reads what each library writes in its own form."""
STREAM: Final = Setting("EVENHAND_LOG_STREAM", 2)
"""The descriptor of the stream. Jobs get it from the server that starts them: their own stderr is discarded."""
NAME: Final = "evenhand"
LOGGER: Final = logging.getLogger(NAME)
LOGGER.addHandler(logging.NullHandler())  # nothing is printed where nobody asked for a log
_TEMPLATES: Final = ("streamlit", "uvicorn")
"""Libraries whose sentences are constants; values are filled in by `logging`."""
_ABOUT: Final = ("person", "run")
_MAX_STEPS: Final = 20
"""Steps of a failure in a line, the innermost ones: a short line is written in one piece, beside other processes."""
_streams: list[int] = []
"""The descriptor that this process logs to, once it does."""


def is_on() -> bool:
    """Return whether the service logs in lines of JSON."""
    return LOG.value() == JSON


def configure(about: Callable[[], Mapping[str, str]] = dict) -> None:
    """Send what is logged in this process to the service's log, if it is on; call this once, when the process starts.

    Args:
        about: Returns who and which run the current thread works for, as far as it is known.
    """
    if not is_on():
        return
    stream = os.fdopen(os.dup(STREAM.value()), "w", encoding="utf-8")
    _streams[:] = [stream.fileno()]
    handler = logging.StreamHandler(stream)
    handler.setFormatter(Lines(about))
    logging.raiseExceptions = False  # who reads the log may be gone; work goes on
    for logger in list(logging.root.manager.loggerDict.values()):
        if isinstance(logger, logging.Logger) and logger is not LOGGER:
            logger.handlers.clear()
            logger.propagate = True
    logging.root.handlers = [handler]
    logging.root.setLevel(logging.WARNING)
    for name in (NAME, *_TEMPLATES):
        logging.getLogger(name).setLevel(logging.INFO)
    _catch_the_rest()


def passed_on() -> tuple[tuple[int, ...], dict[str, str]]:
    """Return the descriptors and variables by which a process that is started logs into the same stream."""
    return tuple(_streams), {STREAM.variable: str(_streams[0])} if _streams else {}


def places(found: TracebackType | None) -> list[str]:
    """Return where a failure came through, outermost first; no path of the machine, and no value."""
    steps = traceback.extract_tb(found)
    return [f"{Path(step.filename).name}:{step.lineno} in {step.name}" for step in steps]


class Lines(logging.Formatter):
    """A record as one line of JSON.

    Args:
        about: Returns who and which run the current thread works for.
    """

    def __init__(self, about: Callable[[], Mapping[str, str]] = dict) -> None:
        super().__init__()
        self._about = about

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": _message(record),
        }
        with suppress(Exception):  # who it is about is asked of the front end, which may be what fails
            line |= {name: text for name, text in self._about().items() if name in _ABOUT and text}
        line |= {name: str(getattr(record, name)) for name in _ABOUT if getattr(record, name, "")}
        failure = record.exc_info
        if failure and failure[0] is not None:
            line |= {"exception": failure[0].__name__, "place": places(failure[2])[-_MAX_STEPS:]}
        elif record.levelno >= logging.WARNING and not _is_ours(record):
            line["place"] = [f"{record.filename}:{record.lineno} in {record.funcName}"]
        return json.dumps(line)


def _is_ours(record: logging.LogRecord) -> bool:
    return record.name.partition(".")[0] == NAME


def _message(record: logging.LogRecord) -> str:
    """Return the sentence: ours as it is, others without what is filled in, and none that may hold a value."""
    if _is_ours(record):
        return record.getMessage()
    if record.name.partition(".")[0] in _TEMPLATES and isinstance(record.msg, str):
        return record.msg.strip()
    return "Its sentence may hold a value and is left out."


def _catch_the_rest() -> None:
    """Log what Python itself would print: warnings, and failures that nothing has caught."""
    warnings.showwarning = _warned
    sys.excepthook = _failed
    threading.excepthook = lambda failed: _failed(failed.exc_type, failed.exc_value, failed.exc_traceback)
    sys.unraisablehook = lambda failed: _failed(failed.exc_type, failed.exc_value, failed.exc_traceback)


def _warned(
    message: Warning | str,  # noqa: ARG001  # it may hold a value
    category: type[Warning],
    filename: str,
    lineno: int,
    *_: Any,
    **__: Any,
) -> None:
    LOGGER.warning("%s at %s:%d", category.__name__, Path(filename).name, lineno)


def _failed(kind: type[BaseException], error: BaseException | None, found: TracebackType | None) -> None:
    if not issubclass(kind, SystemExit | KeyboardInterrupt):
        LOGGER.error("A failure that nothing has caught.", exc_info=(kind, error or kind(), found))
