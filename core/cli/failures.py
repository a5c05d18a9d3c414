"""The end of every command: a sentence and an exit code, never a traceback."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import typer

from core import service_log
from core.cli.field_names import in_words
from core.cli.printing import echo
from core.errors import EvenhandError, RunError, os_error_reason


@contextmanager
def guarded(out: Path | None = None) -> Iterator[None]:
    """Turn every end of a command into a sentence and an exit code."""
    try:
        yield
    except EvenhandError as error:
        _fail(in_words(error.problem), 1)
    except KeyboardInterrupt:
        _fail("Cancelled.", 130)
    except OSError as error:
        if not error.errno:
            _unexpected(error, out)
        _fail(
            f"{error.filename or 'A file'}: {os_error_reason(error)}. "
            "Check the path, its permissions and the space left.",
            1,
        )
    except (typer.Exit, typer.Abort):
        raise
    except Exception as error:  # noqa: BLE001  # the last resort: no traceback reaches a user
        _unexpected(error, out)


def _fail(sentence: str, code: int) -> None:
    echo(sentence, err=True)
    raise typer.Exit(code) from None


def _unexpected(error: Exception, out: Path | None) -> None:
    """Write type and place of the failure into the run folder; never the message, which may hold a row's value."""
    from core.runs.run_folder import open_job

    run = {"run": out.name} if out is not None else {}
    service_log.LOGGER.error("An unexpected failure.", exc_info=error, extra=run)
    lines = service_log.places(error.__traceback__)
    text = "\n".join([type(error).__name__, *lines]) + "\n"
    try:
        where = open_job(out).job.error_log.save(text) if out is not None else None
    except RunError:
        where = None
    place = f"see {where}" if where else f"at {lines[-1]}" if lines else "at an unknown place"
    _fail(f"Unexpected {type(error).__name__}, {place}. This is a bug in Evenhand; please report it.", 70)
