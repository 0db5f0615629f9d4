"""The whole newsroom's past from an archive beside the ledger that polling it gives: what they do not share.

    python benchmarks/newsroom_past.py [wayback-feeds] [wayback] [sitemap] [--kills N]

``wayback-feeds`` is held against feeds as they are; ``wayback`` and ``sitemap``, which know no summaries,
against feeds without words of their own, all pages read. With ``--kills`` the reading is killed so often.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from newsroom_kept import Read, backfilled, differences, kept_past, part, polled


def main() -> None:
    """Reads the past from each source and prints the differences."""
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("sources", nargs="*", default=["wayback-feeds", "wayback"])
    given.add_argument("--kills", type=int, default=0)
    options = given.parse_args()
    chance = random.Random(8)
    live: dict[bool, Read] = {}
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        for source in options.sources:
            words = source == "wayback-feeds"
            folder = place / f"newsroom-{words}"
            settings = {"CLUSTERWATCH__READ__WORKERS": "2"}
            settings |= {} if words else {"CLUSTERWATCH__READ__PAGES": "all"}
            if words not in live:
                live[words] = polled(place / f"live-{words}", part(folder, words=words), settings)
            with kept_past(folder) as (newsroom, server):
                began = time.perf_counter()
                kills = [chance.uniform(4, 12) for _ in range(options.kills)]
                past = backfilled(place / source, folder, source, newsroom, server, settings, kills)
                seconds = time.perf_counter() - began
                replayed = Counter(r.path for r in server.requests if r.path.startswith("/web/"))
                pages = {path: times for path, times in replayed.items() if not path.endswith("/feed.xml")}
            found = differences(live[words], past)
            twice = sum(times > 1 for times in pages.values())
            known, read = len(live[words].statements), len(past.statements)
            print(f"{source}: {known} statements polled, {read} of the past")
            print(f"  {len(found)} differ; {seconds:.0f} s, killed {options.kills} times")
            print(f"  {len(pages)} pages fetched from the archive, {twice} of them more than once")
            for line in found:
                print(f"  {line[:400]}")


if __name__ == "__main__":
    main()
