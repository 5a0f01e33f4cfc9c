"""The 60 job statuses: their names on the wire, their groups and stages, and that each one is explained."""

import json

import pytest
from pydantic import TypeAdapter, ValidationError

from printhub.core.model.statuses import JobStatus, Label, Stage, StatusGroup

GROUPS = {
    StatusGroup.CREATION: "Nothing Creating InBasket Ordered FutureOrder UnapprovedOrder",
    StatusGroup.OUTPUT: (
        "OutputCreationStarted OutputCreated OutputCreationFailed ExternalOutputRequested ExternalOutputJobClosed "
        "RecreationRequested OutputDelete"
    ),
    StatusGroup.PRODUCTION: (
        "InProduction InArtworking InReprographics InFinishing InPacking Printed InHotFolder CopyToHotFolderFailed "
        "CopyToHotFolderSkipped"
    ),
    StatusGroup.FULFILMENT: "Shipped ReadyForCollection",
    StatusGroup.APPROVAL: (
        "AwaitingApproval Approved PartiallyApproved Rejected ApprovalJobUpdated AwaitingProof AwaitingData "
        "AwaitingParts Verified ValidationFinished ValidationFailed"
    ),
    StatusGroup.COMMUNICATION: (
        "SentEmail SentEmailFailed EmailBounced EmailBouncedAndPrintJobCreated NoEmailBounceActionRequired "
        "SmsDispatching SmsDispatched"
    ),
    StatusGroup.MIS: (
        "MisNotified MisFailed MisNotificationRetrigger MisAdditionalActionRequired MisManifested MisOrderProcessed "
        "MisAssetsOk MisAssetsFailed MisPartiallyFailed"
    ),
    StatusGroup.WORKFLOW: (
        "Blocked ArtworkUploaded ActionRun TemplateProductCreated TemplateProductCreationFailed CustomStatus "
        "CustomStatusHidden JobDataDeleted CleanUp"
    ),
}
GROUP_OF = {name: group for group, names in GROUPS.items() for name in names.split()}

STAGE_OF_GROUP = {
    StatusGroup.CREATION: Stage.CREATION,
    StatusGroup.OUTPUT: Stage.OUTPUT,
    StatusGroup.PRODUCTION: Stage.PRODUCTION,
    StatusGroup.FULFILMENT: Stage.FULFILMENT,
    StatusGroup.APPROVAL: Stage.APPROVAL,
    StatusGroup.COMMUNICATION: None,
    StatusGroup.MIS: Stage.MIS,
    StatusGroup.WORKFLOW: None,
}
CLOSING = {"JobDataDeleted", "CleanUp"}


def test_there_are_exactly_the_60_statuses_that_everybody_knows() -> None:
    assert len(GROUP_OF) == 60
    assert {status.value for status in JobStatus} == set(GROUP_OF)
    assert len(list(JobStatus)) == 60


@pytest.mark.parametrize("status", JobStatus)
def test_a_status_is_filed_in_its_group(status: JobStatus) -> None:
    assert status.group is GROUP_OF[status.value]


@pytest.mark.parametrize("status", JobStatus)
def test_a_status_has_the_stage_of_its_group_and_the_closing_ones_come_last(status: JobStatus) -> None:
    expected = Stage.CLOSED if status.value in CLOSING else STAGE_OF_GROUP[status.group]
    assert status.stage is expected


def test_a_job_goes_through_its_stages_in_this_order() -> None:
    assert [stage.name for stage in sorted(Stage)] == [
        "CREATION",
        "APPROVAL",
        "OUTPUT",
        "MIS",
        "PRODUCTION",
        "FULFILMENT",
        "CLOSED",
    ]


@pytest.mark.parametrize("status", JobStatus)
def test_a_status_says_what_it_means_in_one_sentence(status: JobStatus) -> None:
    assert status.meaning[0].isupper()
    assert status.meaning.endswith(".")
    assert len(status.meaning.split()) >= 3


def test_no_two_statuses_mean_the_same() -> None:
    assert len({status.meaning for status in JobStatus}) == 60


@pytest.mark.parametrize("status", JobStatus)
def test_a_status_survives_the_wire_under_its_name(status: JobStatus) -> None:
    adapter = TypeAdapter(JobStatus)
    assert json.loads(json.dumps(status)) == status.value
    assert adapter.dump_json(status) == f'"{status.value}"'.encode()
    assert adapter.validate_json(f'"{status.value}"') is status
    assert str(status) == f"{status}" == status.value


def test_a_name_in_another_spelling_is_no_status() -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(JobStatus).validate_python("misnotified")


def test_messages_actions_and_hidden_entries_can_never_be_current() -> None:
    never = {status.value for status in JobStatus if not status.can_be_current}
    assert never == set(GROUPS[StatusGroup.COMMUNICATION].split()) | {
        "ActionRun",
        "CustomStatusHidden",
        "ApprovalJobUpdated",
    }


def test_three_statuses_are_sticky_one_more_than_the_other() -> None:
    sticky = sorted((status for status in JobStatus if status.stickiness), key=lambda status: status.stickiness)
    assert sticky == [JobStatus.SHIPPED, JobStatus.CLEAN_UP, JobStatus.JOB_DATA_DELETED]


def test_the_hub_uses_these_labels_of_its_own() -> None:
    assert {label.value for label in Label} == {
        "SmsFailed",
        "MisCancelled",
        "MisCancelRefused",
        "MisOnHold",
        "MisReprinted",
    }
