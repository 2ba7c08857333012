"""`python -m pipeline.training`: see `build`."""

from __future__ import annotations

from pipeline.training.build import main

if __name__ == "__main__":
    main()
