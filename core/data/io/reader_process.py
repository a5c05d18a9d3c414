"""The process that reads files of strangers: bounded in memory and time, so that no file ends the app.

It waits for a `Request` on standard input and forks. The child writes an `Answer` and an Arrow file into the folder of
the request and ends; how it ended is a line on standard output. So the libraries are imported once, and each file is
read by a process that has seen no other. Whatever a file does to it, the process that asked goes on.
"""

from __future__ import annotations

import os
import signal
import sys
import warnings
from pathlib import Path
from typing import Final, Literal, NoReturn

import pandas as pd
import pyarrow as pa
from pydantic import BaseModel, ConfigDict

from core.data.io.delimited_text import DELIMITER
from core.data.io.excel_files import sheets
from core.data.io.limits import MIB
from core.data.io.packed_files import is_packed_table
from core.data.io.table_files import read_table
from core.data.io.text_encoding import UTF_8, encoding_of
from core.data.io.text_values import as_text_column
from core.errors import EvenhandError, Problem

ANSWER: Final = "answer.json"
TABLE: Final = "table.arrow"
PATIENCE: Final = 3
"""The bound is of processor time. On a busy machine a file may take several times as long, and then it is ended."""


class Request(BaseModel):
    """What to read, and the bounds of the process."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    path: Path
    folder: Path
    sheet: str | None = None
    encoding: str | None = None
    memory_mib: int
    seconds: int


class Answer(BaseModel):
    """What was found; the table itself is in `TABLE`, if there is one.

    Args:
        kind: ``table``; ``sheets``: one of several must be chosen; ``images``: a zip of other files than one table;
            ``refused``: it cannot be used; ``memory``: the bound of memory was met; ``failed``: an unexpected error.
        notes: Notes on how the table was read.
        sheets: Sheets with values of an Excel file.
        encoding: Likely encoding of a text file.
        delimiter: What stands between the fields of a text file.
        problem: Why the file cannot be used.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal["table", "sheets", "images", "refused", "memory", "failed"]
    notes: tuple[str, ...] = ()
    sheets: tuple[str, ...] = ()
    encoding: str = UTF_8
    delimiter: str | None = None
    problem: Problem | None = None


def main() -> None:
    """Have each request answered by a child, until there is no other. Where no process can fork, answer one and end."""
    while (line := sys.stdin.readline()).strip():
        if not hasattr(os, "fork"):
            _carry_out(line)
        child = os.fork()
        if child == 0:
            _carry_out(line)
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


def _carry_out(line: str) -> NoReturn:
    """Answer a request and end this process, however it goes."""
    try:
        _answer_request(Request.model_validate_json(line))
    finally:  # readers of damaged files may fail while they are cleared away, when the answer is already written
        os._exit(0)


def _answer_request(request: Request) -> None:
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1):  # the next request and the word on its end are not this child's
        os.dup2(nothing, standard)
    _bound(request)
    warnings.simplefilter("ignore")
    found = answer(request)
    temporary = request.folder / f".{ANSWER}"
    temporary.write_bytes(found.model_dump_json().encode())
    temporary.replace(request.folder / ANSWER)


def _bound(request: Request) -> None:
    """Bound memory, time and the size of what is written, where the system can."""
    if sys.platform == "win32":
        return
    import resource

    signal.alarm(PATIENCE * request.seconds)  # also where nobody is there any more to end it
    memory = request.memory_mib * MIB
    bounds = {
        resource.RLIMIT_AS: memory + _address_space(),
        resource.RLIMIT_DATA: memory,
        resource.RLIMIT_FSIZE: memory,
        resource.RLIMIT_CPU: request.seconds,
        resource.RLIMIT_CORE: 0,
    }
    for kind, bound in bounds.items():
        _, hard = resource.getrlimit(kind)
        least = bound if hard == resource.RLIM_INFINITY else min(bound, hard)
        above = 1 if kind == resource.RLIMIT_CPU and least != hard else 0  # at the hard bound it would be SIGKILL
        resource.setrlimit(kind, (least, least + above))


def _address_space() -> int:
    """Return the address space in bytes that the libraries took already, most of which is no memory."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    except OSError:  # not Linux
        return 2**32
    return pages * os.sysconf("SC_PAGE_SIZE")


def answer(request: Request) -> Answer:
    """Read the file; whatever happens is told in the answer."""
    try:
        return _read(request)
    except EvenhandError as error:
        return Answer(kind="refused", problem=error.problem)
    except MemoryError:
        return Answer(kind="memory")
    except Exception:  # noqa: BLE001  # no message: it may hold a row's value
        return Answer(kind="failed")


def _read(request: Request) -> Answer:
    path = request.path
    if path.suffix.lower() == ".zip" and not is_packed_table(path):
        return Answer(kind="images")
    found = tuple(sheets(path))
    if len(found) > 1 and request.sheet is None:
        return Answer(kind="sheets", sheets=found)
    likely = encoding_of(path)
    frame, notes = read_table(path, sheet=request.sheet, encoding=request.encoding)
    table = as_arrow(frame)
    with pa.OSFile(str(request.folder / TABLE), "wb") as file, pa.ipc.new_file(file, table.schema) as writer:
        writer.write_table(table)
    return Answer(kind="table", notes=notes, sheets=found, encoding=likely, delimiter=frame.attrs.get(DELIMITER))


def as_arrow(frame: pd.DataFrame) -> pa.Table:
    """Return a raw frame as an Arrow table, with the frame's types in its metadata.

    A column of cells of several types becomes text, as inference reads it.
    """
    for name in frame.columns[list(map(pd.api.types.is_object_dtype, frame.dtypes))]:
        try:
            pa.array(frame[name], from_pandas=True)
        except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError, OverflowError):
            frame = frame.assign(**{name: as_text_column(frame[name])})
    return pa.Table.from_pandas(frame, preserve_index=False)


if __name__ == "__main__":
    main()
