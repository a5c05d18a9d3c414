"""
Audit a DataFrame, make a fair one
==================================

You audit a table of invented credit decisions, fit a synthesizer, draw fair rows and audit them. It takes about a minute.
"""

# %%
# Load a table
# ------------
# ``demo`` is built in. Its bias is planted, so you know what an audit should find: deserved approvals of women are
# withdrawn more often.

import evenhand as eh

demo = eh.load("demo")
demo.frame.head()
