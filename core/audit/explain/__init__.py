"""Feature importance of classifiers, and projections of points."""
