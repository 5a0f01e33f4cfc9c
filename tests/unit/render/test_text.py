"""Templates that write text, for e-mails, text messages and requests."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from printhub.core.model.errors import TemplateInvalid
from printhub.core.model.money import Money
from printhub.core.render.sandbox import Renderer

FACTS: dict[str, Any] = {
    "order": {"id": "A-17", "items": ["flyer", "poster"], "email": "ada@example.com", "note": None},
    "total": {"amount": "12.5", "currency": "EUR"},
    "count": 3,
}


def rendered(template: str, **facts: object) -> str:
    return Renderer().text("mail.txt", template, FACTS | facts)


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("Order {{ order.id }}\n", "Order A-17\n"),
        ("{% for item in order.items %}{{ loop.index }}. {{ item }}\n{% endfor %}", "1. flyer\n2. poster\n"),
        ("{{ order.items | join(', ') }}", "flyer, poster"),
        ("note: {{ order.note }}", "note: "),
        ("{{ order.id ~ '-' ~ count ~ order.note }}", "A-17-3"),
        ("{{ total | money }}", "12.50 EUR"),
        ("{{ order.items | json }}", '["flyer", "poster"]'),
        ("{{ 'a%03d' | format(count) }} {{ count * 2 + 1 }} {{ 2 ** 8 }} {{ 7 % 4 }}", "a003 7 256 3"),
        ("{{ order.id.lower().split('-') | first }}", "a"),
        ("{% macro bold(x) %}<b>{{ x }}</b>{% endmacro %}{{ bold(count) }}", "<b>3</b>"),
        ("{% set ns = namespace(n=0) %}{% for i in range(4) %}{% set ns.n = ns.n + i %}{% endfor %}{{ ns.n }}", "6"),
        ("{{ 'a b c' | truncate(3, true, '', 0) }}|{{ ' x ' | trim }}|{{ 'a b' | urlencode }}", "a b|x|a%20b"),
        ("{{ [1, 2, 3] | sum }} {{ [3, 1] | sort | first }} {{ [1, 2, 3] | batch(2) | length }}", "6 1 2"),
        ("{{ missing | default('-') }}{{ 'x' if order.note is none }}", "-x"),
        ("{{ 'a\nb' | indent(2, true) }}", "  a\n  b"),
    ],
)
def test_text_is_rendered(template: str, text: str) -> None:
    assert rendered(template) == text


def test_money_is_written_with_all_its_decimals() -> None:
    assert rendered("{{ price | money }}", price=Money(amount=Decimal(5), currency="EUR")) == "5.00 EUR"


@given(value=st.text())
def test_values_are_never_taken_for_templates(value: str) -> None:
    assert (
        rendered("[{{ value }}]", value=value + "{{ order.id }}{% raw %}") == f"[{value}{{{{ order.id }}}}{{% raw %}}]"
    )


@pytest.mark.parametrize(
    ("template", "fault"),
    [
        ("one\ntwo {{ order.nmae }}", "mail.txt, line 2: 'dict object' has no attribute 'nmae'"),
        ("{{ custmer }}", "mail.txt, line 1: 'custmer' is undefined"),
        ("\n\n{% if %}", "mail.txt, line 3: Expected an expression, got 'end of statement block'"),
        ("{{ count | colour }}", "mail.txt, line 1: No filter named 'colour'."),
        ("{{ count + 'x' }}", "mail.txt, line 1: unsupported operand type(s) for +: 'int' and 'str'"),
        ("\n{{ order.items }}", "mail.txt, line 2: a list or mapping has no text"),
        ("{% include 'x' %}", "mail.txt, line 1: "),
    ],
)
def test_a_fault_names_template_line_and_reason(template: str, fault: str) -> None:
    with pytest.raises(TemplateInvalid) as caught:
        rendered(template)
    assert str(caught.value).startswith(fault)


@pytest.mark.parametrize(
    "template",
    [
        "{{ order[order.email] }}",
        "{{ order.items[order.email] }}",
        "{{ order.email.no_such }}{{ order.email[order.email] }}",
        "{{ count[order.email] }}",
        "{{ count + order.email }}",
        "{{ (order.email | list) + 1 }}",
        "{{ order.email | money }}",
        "{{ {order.email: 1} + 1 }}",
        "{{ 1 / (order.email | int) }}",
        "{{ order.email | format(1) }}",
        "{{ order.email(1) }}",
        "{{ [1] | map(order.email) | list }}",
        "{{ [order.email] | sum }}",
        "{{ [{}] | map(attribute=order.email) | join }}",
    ],
)
def test_a_fault_never_tells_the_data(template: str) -> None:
    with pytest.raises(TemplateInvalid) as caught:
        rendered(template)
    assert "ada" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_checking_finds_faults_without_facts() -> None:
    renderer = Renderer()
    renderer.check("mail.txt", "{{ any.fact }}")
    with pytest.raises(TemplateInvalid, match=r"mail.txt, line 2: Unexpected end of template"):
        renderer.check("mail.txt", "\n{% if a %}")
    with pytest.raises(TemplateInvalid, match="No filter named 'colour'"):
        renderer.check("mail.txt", "{{ a | colour }}")


def test_one_renderer_renders_many_templates_each_with_its_own_budget() -> None:
    renderer = Renderer(most_characters=100, most_templates=2)
    assert [renderer.text("t", f"{at}{{{{ x }}}}", {"x": "-" * 90})[:1] for at in range(5)] == list("01234")
