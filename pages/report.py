"""Report: the run as one file to read, print and share."""

from __future__ import annotations

import hashlib
from html import escape

import streamlit as st

from core.app import downloads, elements, framework_sheets, galleries, long_work, run_results, subject, synthetic_csv
from core.app.page_words import speak_of, words
from core.pipeline import HandedOn, is_report_outdated, one_page_of, report_pdf, write_report
from core.report.output import pdf
from core.runs import jobs
from core.runs.run_folder import RunFolder
from core.runs.state import Status

HEIGHT = 900
ANNEXED = "report with annexes"
PREVIEW, FRAMEWORKS = "The report", "Frameworks and sign-off"
FIGURES = "metrics.json"


def files(folder: RunFolder, html: bytes) -> None:
    """Show the downloads."""
    name, handed = folder.path.name, HandedOn(folder)
    with st.container(horizontal=True, vertical_alignment="center"):
        downloads.button(
            "Download the report", html, f"{name}.html", "text/html", folder.path, key="report", kind="primary"
        )
        downloads.button(
            "One page (HTML)", lambda: one_page_of(folder), f"{name}-one-page.html", "text/html", folder.path
        )
        if folder.metrics.exists():
            downloads.button(
                "Figures (JSON)",
                lambda: handed.files[FIGURES],
                f"{name}-{FIGURES}",
                "application/json",
                folder.path,
                key=FIGURES,
            )
        if folder.synthetic_csv.exists():
            synthetic_csv.buttons(words()("Synthetic rows"), folder.synthetic_csv, f"{name}-synthetic")
        galleries.download(folder)
        downloads.button("Everything to share (zip)", handed.zipped, f"{name}.zip", "application/zip", folder.path)
        downloads.button(
            "PDF without annexes",
            lambda: report_pdf(folder),
            f"{name}.pdf",
            "application/pdf",
            folder.path,
            tip="The parts for who decides, for auditors and for regulators." if pdf.installed() else pdf.LACKING,
            disabled=not pdf.installed(),
        )
        asked = pdf.installed() and st.button("PDF with annexes", help="Every table too; takes minutes.", key="annexes")
    if pdf.installed():
        annexed(folder, html, asked=asked)
    if folder.synthetic_csv.exists():
        st.caption(synthetic_csv.ABOUT)
    st.caption(
        "The zip holds the report, the figures, the settings and the synthetic data, but no real rows or images. "
        f"In all of them, groups and figures of fewer than {run_results.config_of(folder).min_group_shown} rows are "
        "withheld; the page Compare shows them. Read the report's privacy table before you share them."
    )


def annexed(folder: RunFolder, html: bytes, *, asked: bool) -> None:
    """Make the PDF with annexes when it is asked for, and offer it until the report changes."""
    checksum = hashlib.sha256(html).hexdigest()
    if asked:
        with elements.show_errors():
            st.session_state[ANNEXED] = (checksum, long_work.carry_out(pdf.paged, html.decode("utf-8")))
    made, content = st.session_state.get(ANNEXED, ("", b""))
    if made == checksum:
        name = f"{folder.path.name}-with-annexes.pdf"
        downloads.button("Download the PDF with annexes", content, name, "application/pdf", folder.path)


def page(folder: RunFolder) -> None:
    """Show downloads and preview."""
    speak_of(folder.schema.read() if folder.schema.exists() else None)
    if not folder.report_html.exists():
        run_results.unfinished(jobs.status(folder.path).state.status)
        return
    if jobs.status(folder.path).state.status is Status.DONE:
        behind(folder)
    html = folder.report_html.path.read_bytes()
    files(folder, html)
    chosen = st.segmented_control(
        "What to see",
        [PREVIEW, FRAMEWORKS],
        default=PREVIEW,
        required=True,
        key="report view",
        persist_state="session",
        label_visibility="collapsed",
    )
    if chosen == FRAMEWORKS:
        framework_sheets.show(folder)
    else:
        st.iframe(framed(html.decode("utf-8")), height=HEIGHT)


def behind(folder: RunFolder) -> None:
    """Offer to update the report if it lacks later entries."""
    if not is_report_outdated(folder.path):
        return
    st.info("Your latest entries are saved but not yet in this report.")
    if st.button("Update the report", type="primary", key="anew"):
        with elements.show_errors(), st.spinner("Updating the report …"):
            write_report(folder.path)
            st.rerun()


def framed(report: str) -> str:
    """Return the report in a frame with an origin of its own, so that nothing in it can reach into the app."""
    source = escape(report, quote=True)
    style = f"width:100%;height:{HEIGHT - 20}px;border:0"
    return f'<iframe title="Report" sandbox="allow-scripts allow-modals" style="{style}" srcdoc="{source}"></iframe>'


elements.page_header("Report", "The whole run as one file. It opens offline, prints, and carries its own figures.")
run = subject.run()
if run is None:
    run_results.no_run("No run is open.")
else:
    with elements.show_errors():
        page(run)
