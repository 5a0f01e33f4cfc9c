"""What people write who want no more messages: STOP, and what else it is where they live."""

from typing import Annotated

from pydantic import Field, StringConstraints

from printhub import AdapterConfig, OptOut

Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=30)]


class Words(AdapterConfig):
    """Words that count when a text begins with one of them, whatever their case."""

    stop: Annotated[tuple[Word, ...], Field(max_length=50)] = (
        "STOP",
        "STOPALL",
        "UNSUBSCRIBE",
        "CANCEL",
        "END",
        "QUIT",
    )
    """Who writes one of these gets nothing more."""
    start: Annotated[tuple[Word, ...], Field(max_length=50)] = ("START", "UNSTOP")
    """Who writes one of these gets messages again."""

    def read(self, sender: str, text: str, *, dedupe: str | None = None) -> OptOut | None:
        """What a text means for its sender; None for one that is none of these words.

        STOP counts as the first word ("Stop please"); START only alone: nobody is written to on a guess.
        """
        said = [word.strip(".,!?\"'").casefold() for word in text.split()]
        if said and said[0] in {word.casefold() for word in self.stop}:
            return OptOut(recipient=sender, dedupe=dedupe)
        if len(said) == 1 and said[0] in {word.casefold() for word in self.start}:
            return OptOut(recipient=sender, withdrawn=True, dedupe=dedupe)
        return None
