"""The protocols: which rows a classifier is trained on, and which it is tested on."""
