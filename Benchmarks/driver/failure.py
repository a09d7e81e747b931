"""The one error that ends a measurement."""


class Failure(Exception):
    """Something that makes measuring impossible, in words for the user."""
