"""Tables, charts and words as files and on a terminal."""
