"""Every sentence of the product stands translated in every catalogue, and none that is gone does."""

from __future__ import annotations

import sys

from ncii.dev import messages


def main() -> int:
    """Extract into the catalogues, compare, and put them back as they were; 1 where they differ."""
    before = {path: path.read_text() for path in messages.catalogues()}
    try:
        messages.extract()
        after = {path: path.read_text() for path in messages.catalogues()}
        found = [problem for path in after for problem in messages.problems(path)]
    finally:
        for path in set(messages.catalogues()) - set(before):
            path.unlink()
        for path, text in before.items():
            path.write_text(text)
    if before != after:
        names = [path.name for path in after if before.get(path) != after[path]]
        found.append(f"not up to date ({', '.join(names)}): run `make messages`")
    print(*found, sep="\n", end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
