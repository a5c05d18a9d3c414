"""
Tutorial: the same in Python
============================

You audit a DataFrame of invented credit decisions, fit a synthesizer, draw fair rows, and audit them on rows that the
synthesizer never saw. It takes about a minute. The settings are those of a quick look: ``preset="fast"`` and few rows.
The script runs when this site is built, so its results are real. Download it at the end of the page.
"""

# %%
# Load a table
# ------------
# ``demo`` is built in. Its bias is planted, so you know what an audit should find: women get a deserved approval less
# often.

import evenhand as eh

people = eh.load("demo", rows=8000).frame
people.head()

# %%
# Keep some rows aside. Nothing learns from them.

train = people.sample(frac=0.75, random_state=0)
test = people.drop(train.index)

# %%
# Audit it
# --------
# Name the outcome, its positive value and the sensitive columns. The demo also has the right outcome, ``deserved``:
# classifiers are judged against it too, and none learns from it. The result draws a small table in a notebook.

roles = {"target": "approved", "positive": "yes", "sensitive": ["sex"], "reference": "deserved"}
before = eh.audit(train, **roles, holdout=test, pictures="none")
before

# %%
# A verdict is "gap found", "no gap beyond the margin" or "too few rows to tell". Verdicts are data: you can filter
# them.

before.verdicts[["source", "protocol", "split", "verdict", "difference", "low", "high"]]

# %%
# Every figure is a record with its interval and its status. Here are the selection rates of classifiers that were
# trained on the real rows with the sensitive column (protocol A) and tested on the rows kept aside.

figures = before.to_frame()
rates = figures.query("metric == 'selection_rate' and protocol == 'A' and source == 'original'")
# One outcome, and means over the seeds of the classifiers.
rates = rates.query("positive == 'yes' and seed.isna()")
rates[["sensitive", "group", "value", "low", "high", "n"]]

# %%
# Make fair rows
# --------------
# ``FairSynthesizer`` follows scikit-learn's conventions: settings in the constructor, ``fit``, ``random_state``,
# ``get_params``. Give it the rows kept aside, so that it learns from all others.

synthesizer = eh.FairSynthesizer(**roles, preset="fast", random_state=0).fit(train, holdout=test)
fair = synthesizer.sample(len(train))
fair.head()

# %%
# The columns have the names and dtypes of your frame. The rows are invented: do not decide about a person with them.
# Outcomes are repaired so that *classifiers* select both groups alike. The rows themselves may keep a small gap, or
# reverse it.

fair.groupby("sex")["approved"].value_counts(normalize=True).unstack().round(3)

# %%
# Audit the fair rows
# -------------------
# Give them as ``synthetic``. Classifiers are now trained on them too, and tested on the same real rows.

after = eh.audit(train, **roles, synthetic=fair, holdout=test, pictures="none")
after

# %%
# The summary says the same in sentences. Read the accuracy beside that of the constant predictor, and look at the error
# rates: equal selection rates can move them apart. :doc:`/explanation/reading-figures` explains each column.

print("\n".join(after.summary))

# %%
# Keep the report
# ---------------
# The report is one file. It opens without a network. Here it goes into a temporary folder.

import tempfile

path = after.report(f"{tempfile.mkdtemp()}/report.html")
f"{path.name}: {path.stat().st_size / 1e6:.1f} MB"

# %%
# Do all of it at once
# --------------------
# ``eh.run`` holds rows out, trains, generates, audits and reports, as ``evenhand run`` does in a shell:
#
# .. code-block:: python
#
#     result = eh.run(people, **roles, out="runs/people")
#     result.synthetic
#     result.report("report.html")
#
# Next: :doc:`/how-to/index`, or the :doc:`/reference/python`.
