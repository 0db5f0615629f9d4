"""Clusterwatch: the model, the rules, the store and the order of work."""
