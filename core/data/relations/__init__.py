"""Relations between columns: what holds in every row, how it is found, and how generated rows keep it."""
