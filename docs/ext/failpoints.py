"""The table of failpoints: where a process can be told to die, and what that leaves behind."""

from docs.ext.markdown import code, table
from printhub.core.model.failpoints import Failpoint


def failpoints() -> str:
    """Write them in the order in which an order comes to them."""
    return table(["failpoint", "a death there leaves"], [[code(point), point.leaves] for point in Failpoint])
