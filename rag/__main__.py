"""``python -m rag`` is the command ``rag``."""

import sys

from rag.cli import main

sys.exit(main())
