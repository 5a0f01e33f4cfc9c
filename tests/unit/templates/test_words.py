"""What templates make of facts."""

from pathlib import Path
from typing import Any

import pytest

from printhub.core.model.errors import TemplateInvalid
from printhub.core.templates.catalogue import NOTIFICATIONS
from printhub.core.templates.layers import LARGEST
from printhub.core.templates.rendered import Rendered
from printhub.core.templates.sample import sample
from printhub.core.templates.tokens import TOKENS
from printhub.core.templates.words import Words
from tests.unit.templates.test_layers import put


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


@pytest.mark.parametrize("name", [name for name in NOTIFICATIONS if Words().layers.find(f"{name}/sms.txt", "", ())])
def test_text_messages_fit_into_two(name: str) -> None:
    assert len(Words().render(name, "shop", ("en",), sample(name)).sms or "") <= 306


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
    assert rendered(tmp_path, f"x%{token}%").text.startswith("x")


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
    assert ">Pay now</a>" in html


def test_styles_are_written_into_the_tags_and_the_dark_ones_stay() -> None:
    html = Words().render("shipped", "shop", ("en",), sample("shipped")).html or ""

    assert 'class="card"' in html
    assert "style=" in html
    assert "prefers-color-scheme: dark" in html


def test_text_is_made_of_html_where_there_is_none(tmp_path: Path) -> None:
    for language in ("", "en/"):
        put(tmp_path, f"customer_note/{language}html.html", '<p>Hello</p><a href="https://shop.example">Shop</a>')
    put(tmp_path, "customer_note/text.txt", "")
    words = Words(tmp_path)
    (tmp_path / "customer_note/text.txt").unlink()

    # The hub's own text would stand in; it is looked for only where nobody has any.
    assert words.render("customer_note", "shop", (), sample("customer_note")).text


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
