"""``python -m gitopssets_provider``: the command line."""

from gitopssets_provider.cli import main

if __name__ == "__main__":
    main()
