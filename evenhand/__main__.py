"""The command line as ``python -m evenhand``, and the entry point of the ``evenhand`` command."""

from core.cli.main import main

if __name__ == "__main__":
    main()
