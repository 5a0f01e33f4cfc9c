"""Deliberately wrong hot folder adapters: each is the honest one with one fault, and names the tests that find it."""

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

from printhub import (
    Absent,
    Call,
    CannotTell,
    Effect,
    FilePlacement,
    Finding,
    Found,
    Misconfigured,
    OutcomeUnknown,
    Rejected,
    Report,
    TicketFile,
    Unavailable,
    Verb,
)
from tests.contract.adapters.folder_honest import HonestConfig, HonestFolder


class Liar(HonestFolder):
    """`caught_by` are the tests of the kit that fail on the liar; no other test may."""

    caught_by: ClassVar[frozenset[str]]

    def __init_subclass__(cls, caught_by: str, also_by: tuple[str, ...] = ()) -> None:
        super().__init_subclass__()
        cls.caught_by = frozenset({caught_by, *also_by})


# --- by itself ------------------------------------------------------------------------------------------------


class ConfigOfAnything(HonestConfig, extra="allow"):
    pass


class TakesMisspeltSettings(Liar, caught_by="test_the_class_says_what_it_is"):
    Config: type[HonestConfig] = ConfigOfAnything


class DeclaresAVerbThatIsNotThere(Liar, caught_by="test_every_verb_with_a_declared_effect_is_there"):
    effects: ClassVar[Mapping[Verb, Effect]] = {**HonestFolder.effects, Verb.PUBLISH: Effect.KEYED}


class PromisesMoreThanItsClass(Liar, caught_by="test_the_configuration_only_lowers_effects"):
    effects: ClassVar[Mapping[Verb, Effect]] = {Verb.PLACE: Effect.LOOKUP}

    def effect(self, verb: Verb) -> Effect:
        return HonestFolder.effects.get(verb, Effect.BLIND)


class ReadsAFileWhenMade(Liar, caught_by="test_making_an_adapter_does_no_io"):
    def __init__(self, config: HonestConfig) -> None:
        super().__init__(config)
        Path(os.devnull).read_bytes()


class ShowsItsToken(Liar, caught_by="test_no_secret_is_in_a_repr"):
    def __repr__(self) -> str:
        return f"<{self.name} with {self.config.token.get_secret_value()}>"


class TellsItsTokenInErrors(Liar, caught_by="test_no_secret_is_in_an_error"):
    def place(self, placement: FilePlacement, call: Call) -> Report:
        try:
            return super().place(placement, call)
        except Misconfigured as error:
            raise Misconfigured(f"{error}: {self.config.token.get_secret_value()}") from None


class ClosesOnlyOnce(Liar, caught_by="test_an_adapter_can_be_closed_twice"):
    def __init__(self, config: HonestConfig) -> None:
        super().__init__(config)
        self._open_ones = ["a connection"]

    def close(self) -> None:
        self._open_ones.pop()


# --- answers --------------------------------------------------------------------------------------------------


class LeavesACopy(Liar, caught_by="test_every_file_comes_in_whole", also_by=("test_another_call_places_anew",)):
    def place(self, placement: FilePlacement, call: Call) -> Report:
        report = super().place(placement, call)
        for path in [path for path in self.hot.iterdir() if path.read_bytes() == b"back"]:
            path.with_name("copy").write_bytes(b"back")
        return report


class KeepsThePartsToItself(Liar, caught_by="test_the_parts_that_came_in_are_named"):
    def _report(self, placement: FilePlacement, call: Call) -> Report:
        return super()._report(placement, call).model_copy(update={"parts": frozenset()})


class WritesIntoTheFolder(
    Liar,
    caught_by="test_nothing_of_a_file_is_seen_before_all_of_it_was_read",
    also_by=("test_a_file_that_breaks_off_is_not_seen",),
):
    def _write(self, file: TicketFile, part: Path) -> None:
        direct = self.hot / f"being written {part.name}"
        super()._write(file, direct)
        direct.rename(part)


class CallsWhatBrokeOffPlaced(Liar, caught_by="test_a_file_that_breaks_off_is_not_seen"):
    def _write(self, file: TicketFile, part: Path) -> None:
        try:
            super()._write(file, part)
        except OSError:
            return


class CallsNothingPlaced(Liar, caught_by="test_a_job_without_files_is_skipped"):
    def place(self, placement: FilePlacement, call: Call) -> Report:
        report = super().place(placement, call)
        return report if placement.files else Report.done("nothing")


class TrustsNames(Liar, caught_by="test_hostile_names_stay_in_the_folder"):
    def _name(self, placement: FilePlacement, file: TicketFile) -> str:
        return f"{placement.job}-{file.name}".replace("/", ":").replace("\x00", "")[:200]


class LeadsOutOfTheFolder(Liar, caught_by="test_hostile_names_stay_in_the_folder"):
    def _name(self, placement: FilePlacement, file: TicketFile) -> str:
        name = super()._name(placement, file)
        return f"../{name}" if placement.job.startswith("..") else name


class FoldsNames(Liar, caught_by="test_files_of_one_name_do_not_cover_each_other"):
    def _names(self, placement: FilePlacement) -> tuple[str, ...]:
        return tuple(self._name(placement, file).lower() for file in placement.files)


class ForgetsTheJob(Liar, caught_by="test_jobs_do_not_cover_each_other"):
    def _name(self, placement: FilePlacement, file: TicketFile) -> str:
        name = super()._name(placement, file)
        return "print.pdf" if file.name == "print.pdf" else name

    def _is_taken(self, target: Path, part: Path) -> bool:
        return super()._is_taken(target, part) and (target.name != "print.pdf" or part.read_bytes() == b"another")


class CoversWhatIsThere(Liar, caught_by="test_another_content_never_takes_the_place_of_a_file"):
    def _is_taken(self, target: Path, part: Path) -> bool:
        if target.exists() and target.read_bytes() != part.read_bytes():
            target.unlink()
        return False


class LeavesItsCheckInTheFolder(Liar, caught_by="test_check_answers_with_a_report"):
    def check(self, call: Call) -> Report:
        report = super().check(call)
        (self.hot / "check").touch()
        return report


# --- repeats --------------------------------------------------------------------------------------------------


class AddsTheAttemptToTheName(Liar, caught_by="test_the_same_call_twice_places_each_file_once"):
    def place(self, placement: FilePlacement, call: Call) -> Report:
        report = super().place(placement, call)
        if call.attempt > 1 and len(list(self.hot.iterdir())) == len(placement.files):
            (self.hot / "again").write_bytes(b"front of J-1")
        return report


class LooksForWhatItPlacedInTheFolder(Liar, caught_by="test_what_was_taken_is_not_placed_again"):
    def place(self, placement: FilePlacement, call: Call) -> Report:
        if call.attempt > 1 and not list(self.hot.iterdir()) and not self._was_lost():
            self._slip(call).unlink(missing_ok=True)
        return super().place(placement, call)

    def _was_lost(self) -> bool:
        return (self.config.root / "lost").exists()

    def _open(self) -> str:
        trouble = super()._open()
        if trouble == "lost":
            (self.config.root / "lost").touch()
        return trouble


class ForgetsWhatItHeardNoAnswerTo(Liar, caught_by="test_files_whose_answer_was_lost_are_not_placed_again"):
    def place(self, placement: FilePlacement, call: Call) -> Report:
        try:
            return super().place(placement, call)
        except OutcomeUnknown:
            self._slip(call).unlink()
            raise


class PlacesAJobOnlyOnce(Liar, caught_by="test_another_call_places_anew"):
    def place(self, placement: FilePlacement, call: Call) -> Report:
        other = replace(call, key="key-1")
        is_sent_again = call.key == "key-2" and self._slip(other).exists() and not list(self.hot.iterdir())
        return super().place(placement, other if is_sent_again else call)


class FindsAnotherReference(Liar, caught_by="test_lookup_finds_what_came_in"):
    def lookup(self, placement: FilePlacement, call: Call) -> Finding:
        finding = super().lookup(placement, call)
        return Found(Report.done("another")) if isinstance(finding, Found) else finding


class LooksIntoTheFolderAlone(Liar, caught_by="test_lookup_never_takes_a_file_that_was_taken_for_one_that_never_came"):
    def lookup(self, placement: FilePlacement, call: Call) -> Finding:
        finding = super().lookup(placement, call)
        return finding if list(self.hot.iterdir()) else Absent()


class IsNeverCertain(Liar, caught_by="test_lookup_is_certain_of_what_never_came"):
    def lookup(self, placement: FilePlacement, call: Call) -> Finding:
        finding = super().lookup(placement, call)
        return CannotTell("perhaps") if isinstance(finding, Absent) else finding


class PlacesWhatItDoesNotFind(Liar, caught_by="test_lookup_changes_nothing"):
    def lookup(self, placement: FilePlacement, call: Call) -> Finding:
        finding = super().lookup(placement, call)
        if isinstance(finding, Absent):
            self.place(placement, call)
        return finding


class TakesSilenceForNo(Liar, caught_by="test_a_lookup_that_fails_is_not_taken_for_absent"):
    def lookup(self, placement: FilePlacement, call: Call) -> Finding:
        try:
            return super().lookup(placement, call)
        except Unavailable:
            return Absent()


# --- troubles -------------------------------------------------------------------------------------------------


class GivesUpWhereNothingIsMounted(Liar, caught_by="test_a_folder_that_is_not_there_is_unavailable"):
    def place(self, placement: FilePlacement, call: Call) -> Report:
        if not self.hot.is_dir():
            raise Rejected("there is no such folder")
        return super().place(placement, call)


class BlamesTheJobForMissingRights(Liar, caught_by="test_a_folder_that_takes_nothing_is_misconfigured"):
    def place(self, placement: FilePlacement, call: Call) -> Report:
        try:
            return super().place(placement, call)
        except Misconfigured as error:
            raise Rejected(error.detail) from None


class LeavesWhatFoundNoRoom(Liar, caught_by="test_a_folder_without_room_is_unavailable_and_gets_nothing"):
    def place(self, placement: FilePlacement, call: Call) -> Report:
        try:
            return super().place(placement, call)
        except Unavailable:
            if self.hot.is_dir() and placement.files[0].name == "front.pdf" and placement.files[0].size == 12:
                (self.hot / "front.pdf").write_bytes(b"front")
            raise


class IsSureOfALostAnswer(Liar, caught_by="test_a_connection_that_is_lost_when_files_came_in_is_in_doubt"):
    def place(self, placement: FilePlacement, call: Call) -> Report:
        try:
            return super().place(placement, call)
        except OutcomeUnknown as error:
            raise Unavailable(error.detail) from None


class ChecksNoRights(Liar, caught_by="test_check_tells_of_a_folder_that_takes_nothing"):
    def check(self, call: Call) -> Report:
        try:
            return super().check(call)
        except Misconfigured:
            return Report.done()


class ChecksNoFolder(Liar, caught_by="test_check_tells_of_a_folder_that_is_not_there"):
    def check(self, call: Call) -> Report:
        try:
            return super().check(call)
        except Unavailable:
            return Report.done()


LIARS: list[type[Liar]] = Liar.__subclasses__()
