"""The server of the app with a page that fails; see `test_page_log.py`."""

from streamlit.starlette import App

from core.app import graceful_stop, page_log, serving

page_log.configure()
app = App("failing_page.py", middleware=serving.MIDDLEWARE, routes=serving.ROUTES, lifespan=graceful_stop.lifespan)
