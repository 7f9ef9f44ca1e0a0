"""Makes an evidence pack of questions and draws every page of its Word document with LibreOffice, to be looked at.

    PYTHONPATH=. python tests/bench/render_pack.py [--seeds DIR] [--out FOLDER] [QUESTION ...]

LibreOffice (``soffice``) and poppler (``pdftoppm``) must be installed. Every format is written to FOLDER, the pages as
page-1.png and so on; says how many pages there are, and fails if LibreOffice can't open the document.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from rag.config import Settings
from rag.library import Library
from rag.present.packs.formats import PACK_FORMATS, pack_file
from rag.present.packs.write import pack_of
from rag.web.page import EXAMPLES

_CASES = 3  # whose cards are added: those that state most


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("questions", nargs="*", metavar="QUESTION")
    parser.add_argument("--seeds", type=Path)
    parser.add_argument("--index", type=Path)
    parser.add_argument("--out", type=Path, default=Path("pack"))
    options = parser.parse_args()
    missing = [tool for tool in ("soffice", "pdftoppm") if not shutil.which(tool)]
    if missing:
        print(f"not installed: {', '.join(missing)}", file=sys.stderr)
        return 1
    library = Library.open(Settings.from_environment(seeds=options.seeds, index=options.index))
    fullest = sorted(library.snapshot.cases(), key=lambda case: -len({facet.kind for facet in case.facets}))[:_CASES]
    pack = pack_of(library, options.questions or EXAMPLES, [case.case_id for case in fullest], "A business case")
    options.out.mkdir(parents=True, exist_ok=True)
    for ending in PACK_FORMATS:
        (options.out / f"pack.{ending}").write_bytes(pack_file(pack, ending).data)
    print(f"{_drawn(options.out)} pages in {options.out}")
    return 0


def _drawn(folder: Path) -> int:
    """How many pages LibreOffice makes of the document; each is drawn beside it."""
    with tempfile.TemporaryDirectory() as profile:
        command = ["soffice", f"-env:UserInstallation={Path(profile).as_uri()}", "--headless", "--convert-to", "pdf"]
        subprocess.run([*command, "--outdir", folder, folder / "pack.docx"], check=True, timeout=180)
    for old in folder.glob("page-*.png"):
        old.unlink()
    subprocess.run(["pdftoppm", "-r", "60", "-png", folder / "pack.pdf", folder / "page"], check=True, timeout=180)
    return len(list(folder.glob("page-*.png")))


if __name__ == "__main__":
    sys.exit(main())
