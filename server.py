"""The server of the app: the app itself, cookies that tell browsers apart, readiness, the log, and how it stops."""

from streamlit.starlette import App

from core.app import graceful_stop, page_log, serving

page_log.configure()
app = App("app.py", middleware=serving.MIDDLEWARE, routes=serving.ROUTES, lifespan=graceful_stop.lifespan)
