"""``python -m feedbackkit``."""

import sys

from feedbackkit.cli.app import main

if __name__ == "__main__":
    sys.exit(main())
