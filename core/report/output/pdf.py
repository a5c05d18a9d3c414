"""The report as PDF: the same HTML, laid out on pages by WeasyPrint (extra ``pdf``)."""

from __future__ import annotations

from importlib.util import find_spec

from PIL import ImageFile

from core.errors import ConfigError

LACKING = (
    "A PDF needs WeasyPrint: install it with pip install -c constraints.txt -e '.[pdf]', and on Debian also "
    "libpango-1.0-0, libpangoft2-1.0-0 and libharfbuzz-subset0. The HTML report prints from any browser without it."
)


def installed() -> bool:
    """Return whether WeasyPrint is installed, without importing it."""
    return find_spec("weasyprint") is not None


def paged(html: str) -> bytes:
    """Return the PDF of a report's HTML. The renderer fetches nothing.

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
    made: bytes = HTML(string=html, url_fetcher=_nothing).write_pdf()
    return made


def _nothing(url: str, *_: object, **__: object) -> dict[str, object]:
    raise ValueError(f"A report must not fetch {url[:40]!r}: it holds all that it shows.")
