"""``python -m sme_survey``."""

import sys

from sme_survey.cli import main

if __name__ == "__main__":
    sys.exit(main())
