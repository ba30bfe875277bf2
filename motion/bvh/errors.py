"""The one exception of this package."""


class BvhError(ValueError):
    """A BVH file that cannot be read or written; its message is the sentence for the user."""
