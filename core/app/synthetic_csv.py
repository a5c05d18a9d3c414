"""The downloads of synthetic rows as CSV: one for spreadsheets, and the exact file."""

from __future__ import annotations

from core.app import downloads
from core.data.io.spreadsheet_cells import safe_csv
from core.runs.stored_files import StoredFile

ABOUT = (
    "CSV for spreadsheets: an apostrophe stands before cells that a spreadsheet would run as formulas. Exact CSV: "
    "every cell as it was generated, for programs."
)


def buttons(label: str, file: StoredFile, name: str) -> None:
    """Show both downloads; the files are read when one is asked for.

    Args:
        label: What is downloaded, e.g. "Synthetic rows".
        file: The exact CSV file of the run.
        name: Name of the downloaded file, without its ending.
    """
    safe, exact = f"{name}.csv", f"{name}-exact.csv"
    downloads.button(
        f"{label} (CSV for spreadsheets)",
        lambda: safe_csv(file.read_text()).encode("utf-8"),
        safe,
        "text/csv",
        file.root,
        key=safe,
    )
    downloads.button(f"{label} (exact CSV)", file.read_bytes, exact, "text/csv", file.root, key=exact)
