"""``python -m flashls.index``: the indexer's process."""

import sys

from flashls.index.indexer import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
