"""The page, from a clone: ``python ui.py`` is ``rag-ui`` of an installed copy."""

import sys

from rag.cli.page import main

if __name__ == "__main__":
    sys.exit(main())
