import builtins
import io
import subprocess
import sys

import pytest

from core.errors import ConfigError
from core.report.output.html import render
from core.report.output.pdf import paged
from tests.core.report.samples import concluded, sample_records


def test_the_pages_hold_what_the_file_holds():
    from pypdf import PdfReader

    name = "</script><b>adult"
    html = render(name, sample_records(), concluded(sample_records()), ["A note."], {"seed": 0})
    try:
        pages = PdfReader(io.BytesIO(paged(html))).pages
    except ConfigError:
        pytest.skip("WeasyPrint or Pango is not installed")
    sizes = [(round(page.mediabox.width), round(page.mediabox.height)) for page in pages]
    upright = sizes.count((595, 842))
    assert sizes == [(595, 842)] * upright + [(842, 595)] * (len(sizes) - upright)  # wide tables lie in the annexes
    assert 3 <= upright < len(sizes)
    texts = [page.extract_text() for page in pages]
    text = " ".join(" ".join(texts).split())
    for part in (name, "T0 Manifest", "T10 Limits", "0.318", "[0.288, 0.348]", "Sign-off", "A note."):
        assert part in text
    for place, page in enumerate(texts, 1):
        assert f"{place} / {len(pages)}" in page


def test_without_the_library_a_sentence_says_what_to_install(monkeypatch):
    real = builtins.__import__

    def without(name, *arguments, **named):
        if name == "weasyprint":
            raise ImportError
        return real(name, *arguments, **named)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ConfigError, match="libpango"):
        paged("<p>x</p>")


def test_writing_a_pdf_does_not_let_later_uploads_be_cut_short():
    code = (
        "from PIL import ImageFile\n"
        "from core.report.output.pdf import installed, paged\n"
        "if installed(): paged('<p>x</p>')\n"
        "print(ImageFile.LOAD_TRUNCATED_IMAGES)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)  # noqa: S603  # our own code
    if "ConfigError" in done.stderr:
        pytest.skip("Pango is not installed")
    assert done.stdout.strip() == "False", done.stderr
