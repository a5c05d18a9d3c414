"""``python -m core.cli``: the command line without its installed script."""

from core.cli.main import main

main()
