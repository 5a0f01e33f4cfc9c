"""What an error of a file system means for a call, named by who must act."""

import errno

from printhub.core.model.errors import AdapterError, Misconfigured, OutcomeUnknown, Scope, Unavailable

_REFUSED = (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.ELOOP)
_FULL = (errno.ENOSPC, errno.EDQUOT)


def meaning(error: OSError, *, moved: bool) -> AdapterError:
    """The error to raise; `moved` tells whether a file may have come into the watched folder."""
    why = error.strerror or str(error) or type(error).__name__
    if moved:
        return OutcomeUnknown(f"the folder broke off while files were moved in: {why}")
    if error.errno in _REFUSED:
        return Misconfigured(f"the folder cannot be written to: {why}")
    if error.errno == errno.EXDEV:
        return Misconfigured("staging: lies on another file system than path, so nothing can be moved in one step")
    if error.errno == errno.ENAMETOOLONG:
        return Misconfigured("a name is too long for the folder's file system; lower name_bytes", Scope.DELIVERY)
    if error.errno in _FULL:
        return Unavailable(f"the folder has no room: {why}")
    return Unavailable(f"the folder cannot be used now: {why}")
