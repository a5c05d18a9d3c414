"""The report as PDF: the same HTML, laid out on pages by WeasyPrint (extra ``pdf``)."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from threading import get_ident

from PIL import ImageFile

from core.errors import ConfigError
from core.events import Event, Listener, ignore

LACKING = (
    "A PDF needs WeasyPrint: install it with pip install -c constraints.txt -e '.[pdf]', and on Debian also "
    "libpango-1.0-0, libpangoft2-1.0-0 and libharfbuzz-subset0. The HTML report prints from any browser without it."
)


_STEPS, _LAYOUT = 7, "5"  # of WeasyPrint; by far the longest is the layout


def installed() -> bool:
    """Return whether WeasyPrint is installed, without importing it."""
    return find_spec("weasyprint") is not None


def paged(html: str, listener: Listener = ignore) -> bytes:
    """Return the PDF of a report's HTML. The renderer fetches nothing.

    Args:
        html: The report.
        listener: Receives progress, page by page.

    Raises:
        ConfigError: WeasyPrint, or a library that it needs, is not installed.
    """
    truncated = ImageFile.LOAD_TRUNCATED_IMAGES
    try:
        from weasyprint import HTML
    except (ImportError, OSError) as error:  # OSError: a system library is lacking
        raise ConfigError(LACKING) from error
    finally:
        # Its import lets Pillow accept truncated images everywhere; uploads that were cut short must stay errors.
        ImageFile.LOAD_TRUNCATED_IMAGES = truncated
    with _told(listener):
        made: bytes = HTML(string=html, url_fetcher=_nothing).write_pdf()
    return made


@contextmanager
def _told(listener: Listener) -> Iterator[None]:
    """Tell the listener what WeasyPrint's progress logger says while it works in this thread."""
    logger, handler = logging.getLogger("weasyprint.progress"), _Steps(listener)
    before = logger.level
    logger.setLevel(logging.INFO)
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(before)


class _Steps(logging.Handler):
    """Turns "Step 5 - Creating layout - Page 12" into an event."""

    def __init__(self, listener: Listener) -> None:
        super().__init__()
        self._listener, self._thread = listener, get_ident()

    def emit(self, record: logging.LogRecord) -> None:
        """Tell the listener of a line; those of other threads are another report's."""
        words = record.getMessage().split(" - ")
        step = words[0].removeprefix("Step ")
        if record.thread == self._thread and step.isdigit():
            page = words[-1].removeprefix("Page ")
            said = f"Page {page} of the PDF." if step == _LAYOUT and page.isdigit() else "Preparing the PDF."
            self._listener(Event("pdf", min(int(step), _STEPS) - 1, _STEPS, message=said))


def _nothing(url: str, *_: object, **__: object) -> dict[str, object]:
    raise ValueError(f"A report must not fetch {url[:40]!r}: it holds all that it shows.")
