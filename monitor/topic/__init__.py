"""Does a text concern cluster munitions, how central are they, and which of its sentences and quotations?

What counts is the project's guidelines, section 1: one sentence about the weapon, its use, transfer,
making, legality, victims or clearance, or about the Convention, is enough. Clusters of anything else,
landmines alone, figures of speech, names of bands and links to other articles are not the topic.
"""

from monitor.topic.map import TopicMap, topic_map
from monitor.topic.terms import quick_hit

__all__ = ["TopicMap", "quick_hit", "topic_map"]
