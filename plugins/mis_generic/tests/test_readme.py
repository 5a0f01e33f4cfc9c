"""The README is true: its examples load, and it names every setting."""

import pytest
from pydantic import BaseModel

from plugins.mis_generic.tests import sample
from printhub import FolderConfig
from printhub_mis_generic import answer_config, artwork_config, auth, call_config, limits, lookup_config, ticket_config
from printhub_mis_generic.config import IdempotencyConfig, MisGenericConfig

MODELS: list[type[BaseModel]] = [
    MisGenericConfig,
    IdempotencyConfig,
    answer_config.SuccessConfig,
    answer_config.AcceptedConfig,
    answer_config.ProgressConfig,
    answer_config.ErrorConfig,
    artwork_config.UrlArtwork,
    artwork_config.MultipartArtwork,
    artwork_config.SlotArtwork,
    auth.BasicAuth,
    auth.BearerAuth,
    auth.HeaderAuth,
    auth.QueryAuth,
    auth.HmacAuth,
    call_config.CallConfig,
    call_config.CheckConfig,
    limits.Limit,
    lookup_config.LookupConfig,
    lookup_config.ArrivedConfig,
    ticket_config.TicketFolder,
    ticket_config.TicketCall,
]


def test_the_examples_load() -> None:
    whole, signing, _, folder = sample.blocks()
    MisGenericConfig.model_validate(folder)
    MisGenericConfig.model_validate(whole)
    auth_given = {**signing["auth"], "secret": "from-the-environment"}
    MisGenericConfig.model_validate(sample.settings(auth=auth_given))
    MisGenericConfig.model_validate(sample.by_url())


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_setting_is_described_in_the_code_and_in_the_readme(model: type[BaseModel]) -> None:
    text = " ".join(sample.README.read_text(encoding="utf-8").split())
    for name, field in model.model_fields.items():
        if name in {"type", "mode"}:  # tell the forms of a table apart
            continue
        if model is ticket_config.TicketFolder and name in FolderConfig.model_fields:  # told at printhub-hot-folder
            continue
        described = " ".join((field.description or "").split())
        assert described, f"{model.__name__}.{name} has no docstring"
        if described != "The HTTP method." and name != "repeatable":
            assert f"| `{name}` |" in text, f"{name} is not in the README"
            assert described in text, f"the README describes {name} otherwise than the code"
