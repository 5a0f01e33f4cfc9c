"""The tree of errors, and what each one means."""

import inspect

from docs.ext.markdown import anchor, code, prose
from printhub.core.model import errors as module
from printhub.core.model.errors import PrintHubError


def all_errors() -> list[type[PrintHubError]]:
    """Every error class, root first, children after their parent."""
    classes = [value for value in vars(module).values() if inspect.isclass(value) and issubclass(value, PrintHubError)]
    return sorted(classes, key=lambda error: (len(error.__mro__), list(vars(module)).index(error.__name__)))


def tree() -> str:
    """Write the tree as the module draws it."""
    drawn = (module.__doc__ or "").partition("\n\n")[2].strip()
    return f"```text\n{drawn}\n```\n"


def errors() -> str:
    """Write each error with its meaning and what it carries."""
    return "\n".join(_error(error) for error in all_errors())


def _error(error: type[PrintHubError]) -> str:
    # Exception itself has no signature to read; ours have one where they carry facts.
    own = error.__init__ is not Exception.__init__
    facts = list(inspect.signature(error).parameters) if own else []
    carries = f"\n\nCarries {', '.join(code(name) for name in facts)}." if facts else ""
    return f"{anchor(f'error-{error.__name__.lower()}')}### {error.__name__}\n\n{prose(error.__doc__)}{carries}\n"
