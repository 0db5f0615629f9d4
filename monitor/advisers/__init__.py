"""Optional helpers from the world outside, one file each, off by default: they propose, they never decide.

``chat`` asks an endpoint of the OpenAI-compatible form for statements in a text; ``vectors`` gives sentence
vectors, by which statements in different languages are proposed as one.
"""
