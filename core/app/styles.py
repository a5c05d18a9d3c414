"""What no option of Streamlit's theme gives: a visible focus, the menu on a phone, the mark of the next step."""

from __future__ import annotations

from enum import Enum
from typing import Final

import streamlit as st

MENU: Final = "phone-menu"
UNSEEN: Final = "unseen"
ACCENT: Final = "#00619B"
"""The theme's primary colour, `.streamlit/config.toml`."""


class Space(Enum):
    """The least height of a part of a page, in pixels, from when it is computed on."""

    TABLE = 160
    CURVES = 280
    PICTURE = 400
    MAP = 640

    def key(self, name: str) -> str:
        """Return the key of a container that keeps this space."""
        return f"space-{self.value} {name}"


_SPACES: Final = "\n".join(f"[class*='st-key-space-{one.value}'] {{ min-height: {one.value}px; }}" for one in Space)
# Streamlit opens a section by an animation whose last frame has the closed height: what follows would jump twice.
# Streamlit draws its menu in the header from 768 pixels on; below, it folds it behind an arrow that nobody looks for.
_FOCUSED: Final = ":is(a, button, summary, iframe, [tabindex='0'], [role='slider'], [role='radio']):focus-visible"
_FOCUSED_INSIDE: Final = "label:has(input:is([type='checkbox'], [type='radio']):focus-visible)"
_STYLE: Final = f"""<style>
{_FOCUSED}, {_FOCUSED_INSIDE} {{ outline: 3px solid {ACCENT} !important; outline-offset: 2px; }}
[data-testid="stTopNavLink"]:focus-visible {{ background: transparent; }}
[data-testid="stPageLink"] a:has([data-testid="stIconMaterial"]) {{ border: 1px solid {ACCENT};
  padding: .35rem .75rem; }}
.{UNSEEN} {{ position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }}
[data-testid="stElementContainer"]:has(.{UNSEEN}) {{ position: absolute; width: 1px !important; left: 0; }}
[data-testid="stExpander"] details {{ height: auto !important; }}
[data-testid="stVegaLiteChart"]:not(:has(canvas, svg)) {{ min-height: 220px; }}
[data-testid="stExpander"] summary {{ min-height: 2rem; padding-top: .2rem; padding-bottom: .2rem; }}
[data-testid="stMainBlockContainer"] {{ padding-top: 4.5rem; padding-bottom: 2.5rem; }}
:is([data-testid="stTooltipIcon"], [data-testid="stSelectbox"], [data-testid="stMultiSelect"]) button {{
  min-width: 24px; min-height: 24px; }}
{_SPACES}
.stLayoutWrapper:has(> .st-key-{MENU}), .st-key-{MENU} {{ display: none; }}
@media (max-width: 767.98px) {{
  .stLayoutWrapper:has(> .st-key-{MENU}), .st-key-{MENU} {{ display: flex; }}
  .st-key-{MENU} {{ gap: .25rem; }}
  .st-key-{MENU} a {{ min-height: 32px; padding: .2rem .5rem; }}
  [data-testid="stExpandSidebarButton"] {{ display: none; }}
  [data-testid="stHeader"], [data-testid="stToolbar"] {{ height: auto; min-height: 0; background: transparent; }}
  [data-testid="stMainBlockContainer"] {{ padding-top: .75rem; }}
}}
</style>"""


def use() -> None:
    """Put the styles on the page."""
    st.html(_STYLE)
