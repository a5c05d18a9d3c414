"""What is measured, against whom, with the commands that rerun it."""
