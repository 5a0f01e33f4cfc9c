"""`printhub templates`, as somebody uses it who writes templates."""

import email
import email.policy

import pytest

from tests.unit.cli.shop import CONFIG, Shop

PLACED = {
    "id": "O1",
    "jobs": [{"id": "J1", "product_type": "Static", "product": "Cards", "quantity": 500}],
    "payment_status": "Paid",
    "total": {"amount": "49.39", "currency": "EUR"},
    "customer": {"name": "Jane Doe", "email": "jane@example.org", "language": "de"},
    "test": True,
}


def test_a_preview_is_in_the_language_of_the_customer_whose_order_it_shows(shop: Shop) -> None:
    shop.emit("order.placed", {"order": PLACED})

    result = shop.cli("templates", "preview", "order_confirmation", "--order", "O1")

    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("Ihre Bestellung O1")
    assert "Cards" in result.stdout


def test_a_preview_tells_what_of_it_no_order_tells(shop: Shop) -> None:
    shop.emit("order.placed", {"order": PLACED})

    told = shop.cli("templates", "preview", "shipped", "--order", "O1")

    assert "made up, because no order tells of it: " in told.stderr
    assert "shipment" in told.stderr
    assert shop.cli("templates", "preview", "shipped").stderr == ""


def test_a_preview_is_a_whole_mail(shop: Shop) -> None:
    result = shop.cli("templates", "preview", "shipped", "--as", "eml")

    mail = email.message_from_bytes(result.stdout_bytes, policy=email.policy.default)
    assert [name for name in ("From", "To", "Date", "Message-ID", "Subject") if not mail[name]] == []
    assert mail["Message-ID"].startswith("<")
    assert mail.get_body(("html",)) is not None


def test_a_preview_of_a_text_message_tells_what_it_takes(shop: Shop) -> None:
    result = shop.cli("templates", "preview", "shipped", "--as", "sms", "--language", "en")

    assert result.exit_code == 0
    assert "segment" in result.stderr
    assert "GSM-7" in result.stderr


@pytest.mark.parametrize(
    "command",
    [
        ("templates", "list", "--storefront", "shpo"),
        ("templates", "preview", "shipped", "--storefront", "shpo"),
        ("suppressions", "list", "--storefront", "shpo"),
    ],
)
def test_a_storefront_that_is_not_there_is_named(shop: Shop, command: tuple[str, ...]) -> None:
    result = shop.cli(*command)

    assert result.exit_code != 0
    assert "there is no storefront shpo; the configuration has: shop" in result.stderr


def test_only_languages_that_there_are_can_be_checked(shop: Shop) -> None:
    unknown = shop.cli("templates", "check", "--language", "xx")
    wider = shop.cli("templates", "check", "--language", "de-AT")

    assert unknown.exit_code == 2
    assert "there are no templates in xx; there are in: de, en, fr" in unknown.stderr
    assert wider.exit_code == 0


def test_one_problem_is_told_as_one(shop: Shop) -> None:
    folder = shop.folder / "templates" / "shipped"
    folder.mkdir(parents=True)
    (folder / "subject.txt").write_text("{{ order.nubmer }}")
    shop.path.write_text(f'{CONFIG}\n[messages]\ntemplates = "templates"\n')

    result = shop.cli("templates", "check", "--language", "en")

    assert result.exit_code == 1
    assert "nubmer" in result.stdout
    assert result.stdout.splitlines()[-1] == "1 problem"
