"""Which mode the next request gets: the script of what it is about first, then the verb's, then the verb's default."""

from collections import defaultdict, deque
from collections.abc import Iterable

from printhub.testing.simulator.modes import Mode


class Script:
    """The modes still to come at a partner that knows these verbs. A mode of a script serves one request.

    Every method that names a verb raises ValueError for one that the partner does not know.
    """

    def __init__(self, partner: str, verbs: Iterable[str]) -> None:
        self._partner = partner
        self._verbs = frozenset(verbs)
        self._about: defaultdict[tuple[str, str], deque[Mode]] = defaultdict(deque)
        self._of_verb: defaultdict[str, deque[Mode]] = defaultdict(deque)
        self._default: dict[str, Mode] = {}

    def add(self, verb: str, modes: Iterable[Mode]) -> None:
        """The next requests of this verb."""
        self._of_verb[self._known(verb)].extend(modes)

    def add_about(self, what: str, verb: str, modes: Iterable[Mode]) -> None:
        """The next requests of this verb about this one job, or whatever the partner deals in."""
        self._about[what, self._known(verb)].extend(modes)

    def set_default(self, verb: str, mode: Mode) -> None:
        """All requests of this verb for which no script is left."""
        self._default[self._known(verb)] = mode

    def next(self, verb: str, what: str | None = None) -> Mode:
        """Take the mode of the request that has just come in."""
        scripts = [self._of_verb[verb]] if what is None else [self._about[what, verb], self._of_verb[verb]]
        for script in scripts:
            if script:
                return script.popleft()
        return self._default.get(verb, Mode.TAKES)

    def _known(self, verb: str) -> str:
        if verb not in self._verbs:
            known = ", ".join(sorted(self._verbs))
            raise ValueError(f"The simulated {self._partner} knows no verb {verb!r}; it knows {known}.")
        return verb
