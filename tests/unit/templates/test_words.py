"""What templates make of facts."""

from pathlib import Path
from typing import Any

import pytest

from printhub.core.model.errors import TemplateInvalid
from printhub.core.templates.catalogue import NOTIFICATIONS
from printhub.core.templates.layers import LARGEST
from printhub.core.templates.rendered import Rendered
from printhub.core.templates.sample import sample, samples
from printhub.core.templates.tokens import TOKENS
from printhub.core.templates.words import Words
from tests.unit.templates.test_layers import put

GSM_7 = frozenset(
    "@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""The basic alphabet of 3GPP TS 23.038: 160 characters a message, where all others make it 70."""
WITH_SMS = ("shipped", "ready_for_collection", "unpaid_reminder", "proof_waiting", "order_cancelled")


def rendered(root: Path, text: str, part: str = "text.txt", language: str = "en", **facts: Any) -> Rendered:
    put(root, f"shipped/{part}", text)
    return Words(root).render("shipped", "shop", (language,), sample("shipped", language) | facts)


@pytest.mark.parametrize("language", ["en", "de", "fr"])
@pytest.mark.parametrize("name", NOTIFICATIONS)
def test_every_notification_has_words_of_its_own_in_every_language(name: str, language: str) -> None:
    words = Words().render(name, "shop", (language,), sample(name, language))
    in_english = Words().render(name, "shop", ("en",), sample(name, language))

    assert words.subject
    assert words.text.strip()
    assert words.html is not None
    assert f'lang="{language}"' in words.html
    assert (words.text == in_english.text) is (language == "en")


@pytest.mark.parametrize("language", ["en", "de", "fr"])
@pytest.mark.parametrize("name", WITH_SMS)
def test_text_messages_fit_into_one_of_the_least_alphabet(name: str, language: str) -> None:
    sms = Words().render(name, "shop", (language,), sample(name, language)).sms or ""

    assert 0 < len(sms) <= 160
    assert set(sms) <= GSM_7


def test_dates_amounts_and_plurals_are_the_readers(tmp_path: Path) -> None:
    text = (
        "{{ order.placed_on | date }} {{ order.total | money }} {{ 3 | plural(one='{n} Paket', other='{n} Pakete') }}"
    )

    assert rendered(tmp_path, text, "de/text.txt", "de").text == "20. November 2026 113,50\xa0€ 3 Pakete\n"


def test_tokens_of_storefronts_work_in_the_same_files(tmp_path: Path) -> None:
    text = "%Order.OrderNumber% at %Order.OrderURLForCustomer%, 100% sure, a%20b, {{ order.number }}"

    assert rendered(tmp_path, text).text == ("O-1001 at https://shop.example/orders/O-1001, 100% sure, a%20b, O-1001\n")


@pytest.mark.parametrize("token", TOKENS)
def test_every_token_means_something(tmp_path: Path, token: str) -> None:
    known = {name: value for each in NOTIFICATIONS for name, value in sample(each).items() if value}

    assert rendered(tmp_path, f"x%{token}%", **known).text.startswith("x")


def test_a_token_that_is_none_is_named_with_its_line_and_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(
        TemplateInvalid, match=r"platform: shipped/text.txt, line 2: .*%Order.OrderNumbr%.*OrderNumber%\?"
    ):
        rendered(tmp_path, "one\n%Order.OrderNumbr%")


def test_a_name_that_is_none_is_named_with_file_and_line(tmp_path: Path) -> None:
    with pytest.raises(TemplateInvalid, match=r"platform: shipped/text.txt, line 3: 'oder' is undefined"):
        rendered(tmp_path, "one\n\n{{ oder.number }}")


def test_no_fault_quotes_the_facts(tmp_path: Path) -> None:
    with pytest.raises(TemplateInvalid) as error:
        rendered(tmp_path, "{{ order[customer.name] }}")

    assert "Kim" not in str(error.value)


def test_in_html_facts_are_escaped_and_in_text_they_are_not(tmp_path: Path) -> None:
    facts = {"note": "<b>& co</b>"}
    put(tmp_path, "shipped/html.html", "<p>{{ note }}</p>")

    words = rendered(tmp_path, "{{ note }}", **facts)

    assert words.text == "<b>& co</b>\n"
    assert "&lt;b&gt;&amp; co&lt;/b&gt;" in (words.html or "")


def test_what_the_customer_wrote_breaks_out_of_no_form(tmp_path: Path) -> None:
    words = rendered(tmp_path, "Hello {{ note }}", note='"><script>alert(1)</script>')

    assert "<script>" not in (words.html or "")


def test_a_button_is_what_stands_alone_with_an_address(tmp_path: Path) -> None:
    html = rendered(tmp_path, "Hello\n\nPay now: https://shop.example/pay?a=1&b=2\n\nBye").html or ""

    assert 'href="https://shop.example/pay?a=1&amp;b=2"' in html
    assert 'class="button"' in html
    assert ">Pay now</a>" in html


def test_styles_are_written_into_the_tags_and_the_dark_ones_stay() -> None:
    html = Words().render("shipped", "shop", ("en",), sample("shipped")).html or ""

    assert 'class="card"' in html
    assert "style=" in html
    assert "prefers-color-scheme: dark" in html


def test_text_is_made_of_the_html_of_an_upper_layer(tmp_path: Path) -> None:
    put(tmp_path, "shipped/html.html", '<p>It left.</p><p><a href="https://shop.example">Shop</a></p>')

    words = Words(tmp_path).render("shipped", "shop", ("de",), sample("shipped", "de"))

    assert words.text == "It left.\n\n[Shop](https://shop.example)\n"


def test_html_is_made_of_the_text_of_an_upper_layer(tmp_path: Path) -> None:
    put(tmp_path, "shipped/html.html", "<p>Of the platform</p>")
    put(tmp_path, "storefronts/shop/shipped/text.txt", "Of the storefront")

    words, of_other = (Words(tmp_path).render("shipped", name, ("en",), sample("shipped")) for name in ("shop", "b"))

    assert words.text == "Of the storefront\n"
    assert "<p" in (words.html or "")
    assert "Of the storefront" in (words.html or "")
    assert "Of the platform" not in (words.html or "")
    assert of_other.text == "Of the platform\n"


def test_text_and_html_of_one_layer_stand_side_by_side(tmp_path: Path) -> None:
    put(tmp_path, "shipped/html.html", "<p>As HTML</p>")

    words = rendered(tmp_path, "As text")

    assert words.text == "As text\n"
    assert "As HTML" in (words.html or "")
    assert "As text" not in (words.html or "")


def test_a_line_beside_the_subject_is_the_first_that_says_something() -> None:
    html = Words().render("order_confirmation", "shop", ("en",), sample("order_confirmation")).html or ""

    hidden = html[html.index("display: none") : html.index("</div>")]
    assert "Thank you for your order O-1001" in hidden
    assert "Dear Kim" not in hidden


def test_what_is_hidden_in_html_is_not_in_its_text(tmp_path: Path) -> None:
    gist = "{% block preheader %}Only for lists of mails{% endblock %}"
    put(
        tmp_path,
        "shipped/html.html",
        '{% extends "layout.html" %}' + gist + "{% block body %}<p>It left.</p>{% endblock %}",
    )

    text = Words(tmp_path).render("shipped", "shop", ("en",), sample("shipped")).text

    assert "It left." in text
    assert "Only for lists" not in text


def test_order_lines_are_a_table_in_html_and_lines_in_text(tmp_path: Path) -> None:
    put(tmp_path, "shipped/html.html", "<div>%Shipment.Product(s)%</div>")
    jobs = [sample("shipped")["jobs"][0] | {"product": "Flyer <b>"}]
    facts = sample("shipped") | {"shipment": sample("shipped")["shipment"] | {"jobs": jobs}}
    put(tmp_path, "shipped/text.txt", "%Shipment.Product(s)%")

    words = Words(tmp_path).render("shipped", "shop", ("en",), facts)

    assert words.text == "- 500 × Flyer <b>, €89.00\n"
    assert "Flyer &lt;b&gt;</td>" in (words.html or "")
    assert (words.html or "").count("<tr>") == 1


def test_dates_and_amounts_are_in_the_language_of_the_words() -> None:
    facts = sample("order_confirmation", "nl")

    words = Words().render("order_confirmation", "shop", ("nl", "de"), facts)

    assert "vom 20. November 2026" in words.text
    assert "113,50\xa0€" in words.text
    assert 'lang="de"' in (words.html or "")


@pytest.mark.parametrize("language", ["de_AT", "DE-at", "de-AT-1996", "de-AT"])
def test_a_language_is_known_however_it_is_written(language: str) -> None:
    words = Words().render("shipped", "shop", (language,), sample("shipped", language))

    assert words.subject.startswith("Unterwegs")


@pytest.mark.parametrize("language", ["de|x", "German, please", "", "../../etc", "de,en|shipped"])
def test_a_language_that_is_none_takes_no_message_away(language: str) -> None:
    words = Words().render("shipped", "shop", (language, "de"), sample("shipped", language))

    assert words.subject.startswith("Unterwegs")


@pytest.mark.parametrize("name", ["order_approved", "order_rejected"])
def test_french_agrees_with_what_was_decided_on(name: str) -> None:
    of_order, _, of_job, _ = (Words().render(name, "shop", ("fr",), facts).text for facts in samples(name, "fr"))

    assert "approuvée" in of_order
    assert "approuvée" not in of_job
    assert "approuvé" in of_job


def test_a_mark_at_the_beginning_of_a_file_is_not_sent(tmp_path: Path) -> None:
    (tmp_path / "shipped").mkdir()
    (tmp_path / "shipped/subject.txt").write_text("Hello", encoding="utf-8-sig")

    assert Words(tmp_path).render("shipped", "shop", (), sample("shipped")).subject == "Hello"


def test_a_file_that_comes_later_is_found(tmp_path: Path) -> None:
    put(tmp_path, "shipped/text.txt", "of the platform")
    words = Words(tmp_path)
    words.render("shipped", "shop", ("en",), sample("shipped"))

    put(tmp_path, "storefronts/shop/shipped/text.txt", "of the storefront")

    assert words.render("shipped", "shop", ("en",), sample("shipped")).text == "of the storefront\n"


def test_conditions_of_storefronts_templates_are_refused_and_not_sent(tmp_path: Path) -> None:
    with pytest.raises(TemplateInvalid, match=r"shipped/text.txt, line 2: conditions are written as in {% if"):
        rendered(tmp_path, "one\n%if (%Store.Name%) two endif%")


def test_a_template_extends_what_it_stands_over(tmp_path: Path) -> None:
    text = '{% extends "hub:shipped/text.txt" %}'

    assert rendered(tmp_path, text).text == Words().render("shipped", "shop", (), sample("shipped")).text


def test_a_storefronts_own_layout_is_used_by_all_its_messages(tmp_path: Path) -> None:
    put(tmp_path, "storefronts/shop/layout.html", "<html><body>SHOP {% block body %}{% endblock %}</body></html>")

    html = Words(tmp_path).render("shipped", "shop", ("de",), sample("shipped", "de")).html or ""

    assert "SHOP" in html
    assert "hat unser Haus verlassen" in html


def test_a_subject_is_one_line_whatever_stands_in_it(tmp_path: Path) -> None:
    subject = rendered(tmp_path, "{{ note }}", "subject.txt", note="Hello\r\nBcc: lee@customer.example").subject

    assert subject == "Hello Bcc: lee@customer.example"


def test_an_empty_subject_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(TemplateInvalid, match="subject"):
        rendered(tmp_path, "{{ '' }}", "subject.txt")


def test_a_changed_template_is_read_anew(tmp_path: Path) -> None:
    path = put(tmp_path, "shipped/text.txt", "one")
    words = Words(tmp_path)
    first = words.render("shipped", "shop", (), sample("shipped")).text
    path.write_text("two, and longer")

    assert (first, words.render("shipped", "shop", (), sample("shipped")).text) == ("one\n", "two, and longer\n")


def test_a_template_beyond_all_measure_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TemplateInvalid, match="bytes at the most"):
        rendered(tmp_path, "x" * (LARGEST + 1))
