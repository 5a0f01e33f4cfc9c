"""The subject of a message's delivery says which message it is."""

from hypothesis import given
from hypothesis import strategies as st

from printhub.core.notifications.subject import MessageSubject, Scope, To, is_about_order, read_subject
from printhub.core.templates.catalogue import NOTIFICATIONS

WORDS = st.text(alphabet="abF-025/%", min_size=1, max_size=20)
SUBJECTS = st.builds(
    MessageSubject,
    st.sampled_from(list(NOTIFICATIONS)),
    st.sampled_from(Scope),
    WORDS,
    st.text(max_size=40),
    st.sampled_from(To),
    st.integers(0, 19),
)


@given(SUBJECTS)
def test_it_is_read_as_it_was_written(subject: MessageSubject) -> None:
    assert read_subject(str(subject)) == subject
    assert is_about_order(str(subject)) is (subject.scope is Scope.ORDER)


@given(SUBJECTS, SUBJECTS)
def test_two_messages_have_two_subjects(one: MessageSubject, other: MessageSubject) -> None:
    assert (str(one) == str(other)) is (one == other)


def test_long_ones_stay_apart_and_are_short_enough_to_be_kept() -> None:
    one, other = (MessageSubject("unpaid_reminder", Scope.ORDER, "/" * 127 + end, "2 of 3") for end in "ab")

    assert str(one) != str(other)
    assert max(len(str(one)), len(str(other))) <= 300
    assert read_subject(str(one)).occasion == "2 of 3"
