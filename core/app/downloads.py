"""Downloads of a run's files. What somebody takes is logged where people are told apart."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Literal

import streamlit as st

from core.runs import access, access_log

Content = bytes | str | Callable[[], bytes | str]


def button(
    label: str,
    content: Content,
    name: str,
    mime: str,
    folder: Path,
    *,
    key: str | None = None,
    kind: Literal["primary", "secondary"] = "secondary",
    tip: str | None = None,
    disabled: bool = False,
) -> None:
    """Show a button that hands out a file.

    Args:
        label: What is downloaded.
        content: The file's content, or what returns it once the button is pressed.
        name: The file's name.
        mime: The type of its content.
        folder: Folder of the run or the later generation that it is of.
        key: Of the button.
        kind: How the button looks.
        tip: What is shown beside it.
        disabled: Whether it can be pressed.
    """
    who = access.viewer()  # asked now: the server's thread that makes the file stands for nobody

    def made() -> bytes | str:
        with access.acting_as(who):
            access_log.record(access_log.DOWNLOADED, folder, name)
            return content() if callable(content) else content

    st.download_button(label, made, name, mime, key=key, type=kind, help=tip, disabled=disabled, on_click="ignore")
