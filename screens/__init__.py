"""The pages, one file a step: each reads widgets, calls core and draws.

The folder is not called ``pages``: a server whose first visitor comes by a link to a page, say after a restart, would
find a folder of that name before it runs ``app.py``, and would run the page alone.
"""
