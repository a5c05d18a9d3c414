"""The strip under the menu of every page: what the session is about, how far it is, and the way to choose another."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Final

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.app import count_columns, elements, session, subject
from core.app.field_labels import in_words
from core.app.subject_state import Step, of_run, of_table, visit
from core.audit.display_names import attribute_title
from core.data.column import Role
from core.data.dataset import Dataset
from core.data.groups import attribute_name, attributes, favorable_name
from core.data.schema import Schema
from core.errors import EvenhandError
from core.runs import jobs
from core.runs.draft_folder import KEPT_DAYS
from core.runs.run_folder import RunFolder
from core.runs.titles import run_name

EVERY_SECONDS: Final = 3.0
_MAX_TEXT: Final = 40
_STYLE: Final = """<style>
[class*="st-key-subject-strip"] { position: relative; border-bottom: 1px solid #d0d7de; padding-bottom: .35rem; }
[class*="st-key-subject-strip"] > :has([data-testid="stPageLink"]) { position: absolute; top: -.35rem; right: 0;
  width: auto; }
[class*="st-key-subject-strip"] [data-testid="stPageLink"] p { color: #0072B2; text-decoration: underline; }
.subject { font-size: .93rem; line-height: 1.45; color: #1b1f23; }
.subject.subject :is(p, ol, li) { margin: 0; padding: 0; font-size: inherit; line-height: inherit; }
.subject p::before { content: ""; float: right; width: 4rem; height: 1.2em; }
.subject p span { overflow-wrap: anywhere; }
.subject ol { list-style: none; display: flex; flex-wrap: wrap; }
.subject li { white-space: nowrap; }
.subject li + li::before { content: "→"; padding: 0 .4rem; color: #57606a; }
@media (max-width: 640px) {
  .subject { font-size: .83rem; line-height: 1.4; }
  .subject li + li::before { padding: 0 .2rem; }
}
.subject li[aria-current] b { text-decoration: underline; text-underline-offset: .2rem; }
</style>"""


@dataclass(frozen=True)
class Shown:
    """What the strip shows.

    Args:
        texts: What is open, a piece each: data, outcome, groups, run, state.
        steps: The way, with what is done.
        is_run: Whether a run is open.
        alive: Whether a process works on it or waits.
        problem: Why nothing is open, though the link names something.
    """

    texts: tuple[tuple[str, str], ...] = ()
    steps: tuple[Step, ...] = ()
    is_run: bool = False
    alive: bool = False
    problem: str = ""


def show(place: DeltaGenerator, page: str, key: str = "subject-strip") -> Shown:
    """Show the strip and follow a run that is under way; nothing where nothing was chosen.

    Args:
        place: An empty place for it.
        page: Title of the page.
        key: Of its container; the style goes by how it begins.
    """
    _visit(page)
    found = _shown()
    if found == Shown():
        place.empty()
    elif found.problem:
        with place.container():
            elements.problem(found.problem)
    else:
        with place.container():
            st.fragment(_follow, run_every=EVERY_SECONDS if found.alive else None)(page, key, was_alive=found.alive)
    return found


def show_again(place: DeltaGenerator, page: str, before: Shown) -> None:
    """Show the strip anew if the page chose another subject or came further with it."""
    if _shown() != before:
        show(place, page, "subject-strip-again")


def _follow(page: str, key: str, *, was_alive: bool) -> None:
    with elements.show_errors():
        found = _shown()
        if was_alive and not found.alive:
            st.rerun()
        with st.container(key=key):
            st.html(_STYLE + _html(found, page))
            elements.page_link("start" if page == "Data" or (found.is_run and page != "Start") else "data", "Change")


def _visit(page: str) -> None:
    folder = subject.run()
    if folder is not None:
        visit(folder, page)


def _html(found: Shown, page: str) -> str:
    texts = " · ".join(f"{escape(label)} <b>{escape(_short(text))}</b>".strip() for label, text in found.texts)
    steps = "".join(
        f"<li{' aria-current=step' if one.name == page else ''}><b>{one.name}</b>"
        f"{f' {escape(one.state)}' if one.state else ''}</li>"
        for one in found.steps
    )
    way = f'<ol aria-label="The way, and what is done">{steps}</ol>'
    return f'<section class="subject" aria-label="What is open"><p><span>{texts}</span></p>{way}</section>'


def _short(text: str) -> str:
    return text if len(text) <= _MAX_TEXT else f"{text[: _MAX_TEXT - 1]}…"


def _shown() -> Shown:
    try:
        return _found()
    except EvenhandError as error:
        return Shown(problem=in_words(error.problem))


def _found() -> Shown:
    now = subject.now()
    if now is None:
        return Shown()
    if now.is_run:
        folder = subject.run()
        return _run(folder) if folder is not None else Shown(problem=f"There is no run {now.name!r} on this machine.")
    dataset = session.dataset()
    if dataset is None:
        return Shown(
            problem="The table of this link is not kept here any more. A table without a run is removed when another "
            f"one takes its place, and after {KEPT_DAYS} days. Choose it again, or open a run."
        )
    return _table(dataset, is_kept=bool(now.name))


def _run(folder: RunFolder) -> Shown:
    job = jobs.status(folder.path)
    try:
        manifest, schema = folder.manifest.read(), folder.schema.read()
        about = [("", str(manifest.get("name", "")) or "Unnamed data"), *_roles(schema, manifest["favorable_outcome"])]
    except (EvenhandError, KeyError):  # it stopped before it was prepared, or an earlier version made it
        about = []
    state, steps = of_run(folder, job)
    return Shown((*about, ("run", run_name(folder)), ("", state)), steps, is_run=True, alive=job.alive)


def _table(dataset: Dataset, *, is_kept: bool) -> Shown:
    counts = count_columns.chosen() is not None
    roles = [("", "counts of people by group")] if counts else _roles(dataset.schema, _favorable(dataset))
    state, steps = of_table(dataset)
    closed = subject.closed_run()
    also = [("changed after run", closed)] if closed else []
    lost = [] if is_kept else [("", "a reload would lose it, as it cannot be written")]
    return Shown((("", dataset.name), *roles, ("", state), *also, *lost), steps)


def _favorable(dataset: Dataset) -> str:
    try:
        return favorable_name(dataset.schema, dataset.frame)
    except EvenhandError:  # no outcome is chosen yet
        return ""


def _roles(schema: Schema, favorable: str | None) -> list[tuple[str, str]]:
    """Return the outcome, what of it is favourable, and the groups."""
    target = next(iter(schema.with_role(Role.TARGET)), "")
    found = [("outcome", target)] if target else []
    if target and favorable:
        found.append(("favourable", favorable))
    names = [attribute_title(attribute_name(one)) for one in attributes(schema) if len(one) == 1]
    return [*found, ("groups by", ", ".join(names))] if names else found
