"""
X
=

Hello.
"""

# %%
# Some
1 + 1
