"""How a value is written as text."""

from collections.abc import Iterator, Mapping

from printhub.core.render.budget import NotOffered


def text_of(value: object) -> str:
    """`value` as text: nothing for None, and no text for lists and mappings.

    Those come out in Python's notation, which nobody wants to read, and a nested one can be longer than memory.
    """
    if value is None:
        return ""
    if isinstance(value, Mapping | list | tuple | set | frozenset | Iterator):
        raise NotOffered("a list or mapping has no text: write it with a loop, or the filter `join` or `json`")
    return str(value)
