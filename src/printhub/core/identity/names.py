"""Names of users and tokens, as they stand in the log of acts."""

import re

from printhub.core.model.errors import ActRefused

_NAME = re.compile(r"[a-z0-9](?:[a-z0-9._@-]{0,62}[a-z0-9])?", re.ASCII)


def folded(name: str) -> str:
    """A name as it is kept: capital letters make no difference."""
    return name.strip().lower()


def is_name(name: str) -> bool:
    """Whether a user or a token can have this name."""
    return _NAME.fullmatch(name) is not None


def require_name(name: str) -> str:
    """The name as it is kept; raises ActRefused for what can be none."""
    found = folded(name)
    if not is_name(found):
        raise ActRefused("a name has up to 64 letters, digits and . _ @ - and begins and ends with a letter or digit")
    return found
