"""The one kind of error that a person using the product is meant to read."""


class DomainError(Exception):
    """A request that the rules refuse; its text is shown to the person who made it."""
