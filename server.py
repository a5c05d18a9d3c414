"""The server of the app: the app itself, cookies that tell browsers apart, and the answer whether it is ready."""

from streamlit.starlette import App

from core.app import page_log, serving

page_log.configure()
app = App("app.py", middleware=serving.MIDDLEWARE, routes=serving.ROUTES)
