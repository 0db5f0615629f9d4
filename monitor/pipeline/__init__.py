"""The order of work. Ids go in, a Counts comes out; every stage selects what is not yet done.

    feeds due         | poll      fetch, parse                         -> new entries
    entries unread    | read      fetch page, extract, split posts     -> articles, versions, posts
    versions unjudged | find      topic? attribute, resolve, position  -> reports, or held with a reason
    versions on topic | propose   (optional) a language model's proposals -> held reports
    reports waiting   | announce  the same as one we have?             -> appearance of a known statement,
                      |                                                   or statement + alert + deliveries
    deliveries due    | deliver   render, send                         -> sent / delayed / refused

    the ledger itself | upkeep    is each feed heard, is the ledger sound -> issues, opened and closed

Each stage commits item by item: a run that was killed goes on where it stopped, a second run does nothing.
No stage decides anything: the rules do (monitor.entries, monitor.topic, monitor.identity, monitor.newness …).
"""

from monitor.pipeline.announce import announce
from monitor.pipeline.backfill import backfill
from monitor.pipeline.deliver import deliver
from monitor.pipeline.find import find
from monitor.pipeline.fresh import newly_told, statement_values
from monitor.pipeline.ingest import ingest
from monitor.pipeline.poll import due_batches, poll
from monitor.pipeline.propose import propose
from monitor.pipeline.read import read
from monitor.pipeline.services import Services
from monitor.pipeline.upkeep import check_feeds, check_ledger, remove_logs

__all__ = [
    "Services",
    "announce",
    "backfill",
    "check_feeds",
    "check_ledger",
    "deliver",
    "due_batches",
    "find",
    "ingest",
    "newly_told",
    "poll",
    "propose",
    "read",
    "remove_logs",
    "statement_values",
]
