"""Read a file in a process of its own; see `core.data.io.reader_process`.

One process waits with its libraries imported, so that a small file takes no longer than elsewhere. It has each file
read by a child of its own. While several people bring files, as many wait as may work: to start one takes seconds of a
core, more than most files.
"""

from __future__ import annotations

import os
import signal
import subprocess  # to start this library's own reader
import sys
import threading
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

import pandas as pd
import pyarrow as pa
from pydantic import ValidationError

from core.data.io.delimited_text import DELIMITER
from core.data.io.limits import MEMORY, SECONDS, check_shape
from core.data.io.reader_process import ANSWER, PATIENCE, TABLE, Answer, Request
from core.data.io.temporary_folders import private_folder
from core.data.io.text_encoding import UTF_8
from core.errors import DataError
from core.location import PACKAGE, ROOT

AT_ONCE: Final = 2
"""Readers that work at the same time; further files wait."""
_COMMAND: Final = (sys.executable, "-m", f"{PACKAGE}.data.io.reader_process")
_turn = threading.BoundedSemaphore(AT_ONCE)
_waiting: deque[subprocess.Popen[bytes]] = deque()


@dataclass(frozen=True)
class Reading:
    """What a file holds.

    Args:
        frame: A raw frame, shape (n, columns); ``None`` if a sheet must be chosen, or if it holds no table.
        notes: Notes on how it was read.
        sheets: Sheets with values of an Excel file.
        encoding: Likely encoding of a text file; `UTF_8` for other files.
        holds_images: Whether it is a zip of other files than one table.
    """

    frame: pd.DataFrame | None = None
    notes: tuple[str, ...] = ()
    sheets: tuple[str, ...] = ()
    encoding: str = UTF_8
    holds_images: bool = False


def read_apart(path: Path, *, sheet: str | None = None, encoding: str | None = None) -> Reading:
    """Read a file as `core.data.io.table_files.read_table` does, in a bounded process.

    Args:
        path: The file.
        sheet: Sheet of an Excel file; if several have values and none is given, no table is read.
        encoding: Encoding of a text file; detected if left out.

    Raises:
        DataError: The file cannot be used, or the process met its bounds of memory or time.
    """
    with _turn, private_folder() as folder:
        request = Request(
            path=path.resolve(),
            folder=folder,
            sheet=sheet,
            encoding=encoding,
            memory_mib=MEMORY.value(),
            seconds=SECONDS.value(),
        )
        answer = _ask(request, path.name)
        if answer.kind == "refused" and answer.problem is not None:
            raise DataError.of(answer.problem)
        if answer.kind == "memory":
            raise _too_much(path.name)
        if answer.kind == "failed":
            raise DataError(f"The file {path.name!r} is damaged or written in an unknown way; save the table again.")
        frame = _table(folder / TABLE, answer, path.name) if answer.kind == "table" else None
        return Reading(frame, answer.notes, answer.sheets, answer.encoding, answer.kind == "images")


def keep_one_waiting() -> None:
    """Start the process that reads the next file, unless one waits already; end those beyond it."""
    if not _waiting:
        _waiting.append(_started())
    with suppress(IndexError):
        while len(_waiting) > 1:
            _end(_waiting.pop())


def _started() -> subprocess.Popen[bytes]:
    # The allocators of these libraries reserve address space by the gigabyte, which a bound of memory would count.
    environment = {**os.environ, "ARROW_DEFAULT_MEMORY_POOL": "system", "OMP_NUM_THREADS": "1", "ARROW_IO_THREADS": "1"}
    return subprocess.Popen(  # noqa: S603  # fixed words, no shell
        _COMMAND,
        cwd=ROOT,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def _ask(request: Request, name: str) -> Answer:
    """Have a process answer the request. End it if it takes too long."""
    line = f"{request.model_dump_json()}\n".encode()
    process = _next()
    ended = _outcome(process, line, PATIENCE * request.seconds)
    if process.poll() is None and len(_waiting) < AT_ONCE:
        _waiting.append(process)
    else:
        _end(process)
    if ended in {None, -getattr(signal, "SIGXCPU", 0)}:
        raise DataError(
            f"Reading the file {name!r} took more than {request.seconds:,} seconds, and was ended; make the file "
            f"smaller, or raise {SECONDS.variable} where Evenhand runs."
        )
    try:
        return Answer.model_validate_json((request.folder / ANSWER).read_bytes())
    except (OSError, ValidationError) as error:  # it was ended by its bounds, or by an error of a reader itself
        raise _too_much(name) from error


def _outcome(process: subprocess.Popen[bytes], line: bytes, seconds: float) -> int | None:
    """Have a process carry out a request, and return how the reader of it ended; ``None`` if it took too long."""
    found: list[bytes] = []
    told = threading.Thread(target=lambda: found.append(_stream(process.stdout).readline()), daemon=True)
    told.start()
    with suppress(BrokenPipeError):  # it has ended, which the other stream says
        _stream(process.stdin).write(line)
        _stream(process.stdin).flush()
    told.join(seconds)
    if not found:
        _end(process)
        told.join()
        return None
    with suppress(ValueError):
        return int(found[0])
    return process.wait()  # it has told nothing: it has ended itself


def _next() -> subprocess.Popen[bytes]:
    """Return a process that waits, or start one."""
    with suppress(IndexError):
        while (process := _waiting.popleft()).poll() is not None:
            _end(process)
        return process
    return _started()


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process and its child."""
    if hasattr(os, "killpg"):
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)  # it leads its session, in which its child may outlive it
    process.kill()
    process.wait()
    for stream in (process.stdin, process.stdout):
        with suppress(BrokenPipeError):
            _stream(stream).close()


def _stream(stream: IO[bytes] | None) -> IO[bytes]:
    assert stream is not None  # noqa: S101  # both are pipes
    return stream


def _too_much(name: str) -> DataError:
    return DataError(
        f"The file {name!r} could not be read with {MEMORY.value():,} MiB of memory, or it is damaged; save the table "
        f"again, make it smaller, or raise {MEMORY.variable} where Evenhand runs."
    )


def _table(path: Path, answer: Answer, name: str) -> pd.DataFrame:
    """Return the table that the process wrote."""
    try:
        with pa.OSFile(str(path), "rb") as file, pa.ipc.open_file(file) as reader:
            table = reader.read_all()
        table.validate(full=True)
    except (pa.ArrowException, OSError) as error:
        raise _too_much(name) from error
    check_shape(name, *table.shape)
    frame: pd.DataFrame = table.to_pandas(date_as_object=True)
    if answer.delimiter is not None:
        frame.attrs[DELIMITER] = answer.delimiter
    return frame
