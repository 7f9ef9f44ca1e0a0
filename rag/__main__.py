"""``python -m rag`` is the command ``rag``."""

import sys

from rag.cli.main import main

sys.exit(main())
