"""What the columns of a raw table are, and what they are for."""
