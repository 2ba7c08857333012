"""`python -m pipeline.training.recogniser`: see `commands`."""

from __future__ import annotations

from pipeline.training.recogniser.commands import main

if __name__ == "__main__":
    main()
