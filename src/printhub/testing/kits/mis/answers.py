"""What a MIS adapter answers where nothing is wrong at the partner, and what it refuses by itself."""

from pydantic_core import from_json, to_json

from printhub.core.channels.mis.outcomes import REPORTABLE
from printhub.core.model.adapter import has_verb
from printhub.core.model.errors import Rejected
from printhub.core.model.jobs import Part
from printhub.core.model.reports import MEMO_LIMIT, Outcome, Report
from printhub.core.model.verbs import Verb
from printhub.testing.kits.kit import expect
from printhub.testing.kits.mis.hooks import TAKEN, MisHooks

_HOSTILE = (
    "Ä/ö ?&=#%2F+",
    '"}, {{ 7 * 7 }} {% raw %} \\',
    "<job id='1'>&amp;</job>",
    "日本語-📦",
    "../../etc/passwd",
    "; rm -rf $(HOME) | --help",
    "9" * 128,
)


class Answers(MisHooks):
    """Reports, and the check of a ticket before it is sent."""

    def test_notify_answers_with_a_reference_or_is_accepted(self) -> None:
        """A job that was taken is found again by the partner's reference, or by a word that comes later."""
        ending = self.attempt(self.ticket("J-1"), self.call(Verb.NOTIFY))
        report = expect(ending, Report, "The partner takes this ticket.")
        assert report.outcome in TAKEN, f"the partner takes this ticket, and notify reports {report.outcome}"
        assert report.reference or report.outcome is Outcome.ACCEPTED, "done without the partner's reference"

    def test_every_verb_answers_with_a_report(self) -> None:
        """A job that is taken can be manifested, given its files, changed and withdrawn."""
        for verb, report in self.reports().items():
            assert report.outcome in {*TAKEN, Outcome.SKIPPED}, f"{verb} reports {report.outcome} ({report.detail})"

    def test_check_answers_with_a_report(self) -> None:
        """A check at a partner that is well is done."""
        if not has_verb(type(self.adapter()), "check"):
            self.cannot("the class has no check")
        report = expect(self.check(self.call(Verb.NOTIFY)), Report, "The partner is well.")
        assert report.outcome is Outcome.DONE, f"the partner is well, and check reports {report.outcome}"

    def test_a_report_covers_only_verbs_that_the_class_has(self) -> None:
        """The hub settles what a report covers; a verb that is never called cannot be settled."""
        for verb, report in self.reports().items():
            foreign = report.covers - set(self.verbs())
            assert not foreign, f"{verb} covers {', '.join(sorted(foreign))}, and the class has no such verb"

    def test_a_report_tells_only_of_statuses_that_a_mis_may_report(self) -> None:
        """The hub refuses a MIS that says that an e-mail was sent."""
        for verb, report in self.reports().items():
            foreign = {progress.status for progress in report.progress} - REPORTABLE
            assert not foreign, f"{verb} tells of {', '.join(sorted(foreign))}, which is not a MIS's to report"

    def test_a_memo_is_json_and_small(self) -> None:
        """A memo is stored as JSON and comes back in `call.earlier`."""
        for verb, report in self.reports().items():
            stored = to_json(report.memo)
            assert len(stored) <= MEMO_LIMIT, f"the memo of {verb} has {len(stored)} bytes of JSON, over {MEMO_LIMIT}"
            assert from_json(stored) == report.memo, f"the memo of {verb} does not come back from JSON as it went"

    def test_a_job_with_a_part_that_lacks_its_file_is_refused_unsent(self) -> None:
        """A job is printed whole or not at all: nothing leaves before every part has its file."""
        ticket = self.ticket("J-1")
        if not ticket.files:
            self.cannot("ticket() has no files")
        lacking = Part(id="a-part-without-a-file", name="The missing page")
        job = ticket.job.model_copy(update={"parts": (*ticket.job.parts, lacking)})
        call = self.call(Verb.NOTIFY)
        ending = self.attempt(ticket.model_copy(update={"job": job}), call)
        expect(ending, Rejected, "A part has no file, and only the sender can mend that.")
        assert not call.wire.sent, "the ticket was sent, or was about to be, before its parts were checked"

    def test_hostile_words_arrive_or_are_refused(self) -> None:
        """Ids and texts are data: they break no request and reach no other job."""
        for number, word in enumerate(_HOSTILE):
            ticket = self.ticket(word)
            attributes = {"finish": word, word: "finish"}
            job = ticket.job.model_copy(update={"product": word, "attributes": attributes})
            ending = self.attempt(ticket.model_copy(update={"job": job}), self.call(Verb.NOTIFY, f"key-{number}"))
            if isinstance(ending, Rejected):
                continue
            expect(ending, Report, f"A job called {word!r} is taken or rejected.")
            effects = self.effects_at_partner(word, Verb.NOTIFY)
            assert effects == 1, f"a job called {word!r} was taken, and the partner has {effects} of that name"
