"""Images: storage, audit and galleries. Their synthesizer is `core.synthesis.image`."""
