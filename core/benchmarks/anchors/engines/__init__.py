"""Scripts that run in the environments of the anchors; `generate.py` calls the others. They import nothing of Evenhand.

Each engine is a module with a function ``fit(train, request)``. It fits its generator on the train rows, and returns a
function that samples as many rows as it is asked for. ``request`` names the target and the sensitive columns, and has
the seed.
"""
