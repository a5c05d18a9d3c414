"""Who stands behind a page, and the way in where people are told apart; see `core.runs.access`.

With ``EVENHAND_ACCESS=browser`` it is a browser, known by a random cookie (`core.app.browser_cookie`). With ``login``
it is a person: Streamlit's own login by OpenID Connect, or a header of the proxy that Streamlit's setting
``server.trustedUserHeaders`` names.
"""

from __future__ import annotations

import time
from hashlib import sha256
from typing import Any, Final

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from core.app.browser_cookie import COOKIE, is_token
from core.runs import access
from core.runs.access import NOBODY, OPERATOR, Viewer
from core.settings import Setting, Text

CLAIM: Final = Text("EVENHAND_IDENTITY", "email")
"""What of a person's login names them: an attribute of ``st.user``."""
LOGIN_HOURS: Final = Setting("EVENHAND_LOGIN_HOURS", 12)
"""How long a login counts; the cookie of Streamlit would last 30 days."""
_HOUR: Final = 3600.0
_WHOSE: Final = "session_of"


def viewer() -> Viewer:
    """Return who stands behind the page that this thread draws."""
    mode = access.ACCESS.value()
    if mode == access.OPEN:
        return OPERATOR
    if get_script_run_ctx() is None:  # a thread of the server's own, behind which nobody stands
        return NOBODY
    return _browser() if mode == access.BROWSER else _person(dict(st.user))


def _browser() -> Viewer:
    """Return the browser by a digest: who reads the runs' folder learns no cookie."""
    token = _cookie()
    return Viewer(f"browser-{sha256(token.encode()).hexdigest()[:32]}") if is_token(token) else NOBODY


def _cookie() -> str:
    return str(st.context.cookies.to_dict().get(COOKIE, ""))


def _person(user: dict[str, Any]) -> Viewer:
    name = str(user.get(CLAIM.value()) or "")
    if CLAIM.value() in _from_headers():
        return Viewer(name)
    return Viewer(name) if user.get("is_logged_in") is True and _counts(user) else NOBODY


def _from_headers() -> set[str]:
    """Return the attributes of ``st.user`` that a header of the proxy decides."""
    named = st.get_option("server.trustedUserHeaders")
    return set(named.values()) if isinstance(named, dict) else set()


def _counts(user: dict[str, Any]) -> bool:
    """Return whether a login is new enough, and its address is the person's own."""
    if CLAIM.value() == "email" and user.get("email_verified") is not True:
        return False
    issued = user.get("iat")
    return isinstance(issued, int | float) and time.time() - issued < LOGIN_HOURS.value() * _HOUR


def way_in() -> None:
    """End the page here unless it is known who stands behind it; say how to become known."""
    mode, who = access.ACCESS.value(), access.viewer()
    if st.session_state.setdefault(_WHOSE, who.name) != who.name:
        # The tab went on with another login: nothing of the first one's session is left to it.
        st.session_state.clear()
        st.query_params.clear()
        st.rerun()
    if who.is_known:
        return
    st.title("Evenhand", anchor=False)
    if mode == access.BROWSER:
        st.warning(
            "This server keeps the tables and runs of each browser apart by a cookie, and yours has sent none. Allow "
            "cookies for this address and load the page again. If that does not help, the server was not started by "
            "`evenhand app` or server.py."
        )
    else:
        _log_in(dict(st.user))
    st.stop()


def _log_in(user: dict[str, Any]) -> None:
    if "is_logged_in" not in user:
        st.warning(
            "This server wants a login, and your request names nobody. Open Evenhand by the address of its proxy. Who "
            "runs the server finds what to set in the guide “Put the app on a server”."
        )
        return
    if user["is_logged_in"] is not True:
        st.markdown("Log in to see your tables and runs.")
    elif CLAIM.value() == "email" and user.get("email_verified") is not True:
        st.warning(
            "Your login has no e-mail address that its provider has verified. Log in with another account, or have "
            "EVENHAND_IDENTITY set to another attribute, such as sub."
        )
    else:
        st.markdown(f"Your login is older than {LOGIN_HOURS.value()} hours. Log in again.")
    if st.button("Log in", type="primary", key="log-in"):
        st.login()


def logged_in() -> None:
    """Show who is logged in, and the way out; nothing where nobody has to log in."""
    if access.ACCESS.value() != access.LOGIN:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"You see the runs of `{access.viewer().name.replace('`', '')}`.")
        if dict(st.user).get("is_logged_in") is True and st.button("Log out", type="tertiary", key="log-out"):
            st.logout()
