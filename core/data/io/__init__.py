"""Tables and images from files and to files."""
