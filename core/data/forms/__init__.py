"""The form of a column: how its file writes numbers, dates and identifiers, so that they are read and written alike."""
