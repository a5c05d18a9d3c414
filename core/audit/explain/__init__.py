"""What classifiers decide by, and how clouds of points compare."""
