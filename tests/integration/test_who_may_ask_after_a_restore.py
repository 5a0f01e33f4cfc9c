"""What a restored backup brings back of who may ask: users and tokens as they were, and no session."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from printhub.core.model.access import Asker, Role
from printhub.core.model.errors import NotAuthenticated
from printhub.testing import Script
from tests.integration.test_backup import hub_at, quiet, restore
from tests.invariants.shop import mis, real_hub, settings

pytestmark = pytest.mark.embedded  # `printhub backup` copies a file

PASSWORD = "correct horse battery"
PLATFORM = Asker("operator:test", Role.PLATFORM_ADMINISTRATOR)


def test_a_session_that_was_ended_since_is_not_good_again(tmp_path: Path) -> None:
    written, adapters = settings(), [mis(Script())]
    with hub_at(tmp_path / "first", written, adapters) as first:
        first.identity.users.add("anna", Role.FINANCE, None, PASSWORD, by=PLATFORM, must_change_password=False)
        token = first.identity.tokens.add("core", Role.INTEGRATOR, None, by=PLATFORM).secret
        session = first.identity.login("anna", PASSWORD, client="192.0.2.7").secret
        first.backups.take(tmp_path / "backup", quiet)
        first.identity.logout(session)
        restore(first, tmp_path / "backup", tmp_path / "second")

    with real_hub(tmp_path / "second", written, adapters) as second:
        with pytest.raises(NotAuthenticated):
            second.identity.by_session(session)
        assert second.identity.by_token(token).name == "token:core"
        assert second.identity.login("anna", PASSWORD, client="192.0.2.7").until > datetime.now(UTC)
