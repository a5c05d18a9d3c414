"""Images: what is audited, drawn and kept of them. Their synthesizer is `core.synthesis.image`."""
