"""The commands of `clusterwatch`."""
