"""Values to messages to people: rendering, digests, channels."""
