"""Which mode the next call gets: the job's script first, then the verb's, then the verb's default."""

from collections import defaultdict, deque
from collections.abc import Iterable

from printhub.testing.simulator.modes import Mode

VERBS = frozenset({"notify", "manifest", "assets", "slots", "upload", "cancel", "update", "lookup", "check"})


class Script:
    """The modes still to come. A mode of a script serves one call."""

    def __init__(self) -> None:
        self._of_job: defaultdict[tuple[str, str], deque[Mode]] = defaultdict(deque)
        self._of_verb: defaultdict[str, deque[Mode]] = defaultdict(deque)
        self._default: dict[str, Mode] = {}

    def add(self, verb: str, modes: Iterable[Mode]) -> None:
        """The next calls of this verb."""
        self._of_verb[_known(verb)].extend(modes)

    def add_for_job(self, job: str, verb: str, modes: Iterable[Mode]) -> None:
        """The next calls of this verb for this job."""
        self._of_job[job, _known(verb)].extend(modes)

    def set_default(self, verb: str, mode: Mode) -> None:
        """All calls of this verb for which no script is left."""
        self._default[_known(verb)] = mode

    def next(self, verb: str, job: str | None) -> Mode:
        """Take the mode of the call that has just come in."""
        scripts = [self._of_verb[verb]] if job is None else [self._of_job[job, verb], self._of_verb[verb]]
        for script in scripts:
            if script:
                return script.popleft()
        return self._default.get(verb, Mode.TAKES)


def _known(verb: str) -> str:
    if verb not in VERBS:
        raise ValueError(f"The simulated MIS knows no verb {verb!r}; it knows {', '.join(sorted(VERBS))}.")
    return verb
