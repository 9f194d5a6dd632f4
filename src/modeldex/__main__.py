"""`python -m modeldex`."""

import sys

from modeldex.cli import main

sys.exit(main())
