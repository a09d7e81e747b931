"""The five skills that bumble is trained on, one module each.

Every generator takes a seeded `random.Random` and whether a held-out (evaluation) example is wanted, and returns a
document: messages in the OpenAI shape, with the tools, the answer or the tests that belong to them.
"""
