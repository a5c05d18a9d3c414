"""Images: networks, settings and the synthesizer."""
