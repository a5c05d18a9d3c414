"""Who is trained on what and tested where."""
