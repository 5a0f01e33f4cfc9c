"""JSON templates: what is written is JSON, and no value can change its structure."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from printhub.core.model.errors import TemplateInvalid
from printhub.core.model.money import Money
from printhub.core.render.sandbox import JsonTemplate, Renderer

FACTS: dict[str, Any] = {
    "job": {"id": "J-1", "copies": 250, "proof": False, "due": None, "parts": ["cover", "inner"], "weight": 1.5},
    "lines": [{"sku": "a5", "n": 1}, {"sku": "a6", "n": 2}],
}
hostile = st.text() | st.sampled_from(
    [
        '"',
        "\\",
        '\\"',
        '",1,"',
        ",1,",
        "}",
        '", "admin": true, "x": "',
        "\n",
        "\x00",
        "\x000\x00",
        "{{ job.id }}",
        "</script>",
        "\ud7ff€𝄞",
    ]
)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | hostile,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


def rendered(template: JsonTemplate, **facts: object) -> Any:  # noqa: ANN401 - JSON
    return Renderer().json("order.json", template, FACTS | facts)


def test_a_structure_keeps_the_types_of_single_expressions() -> None:
    template: JsonTemplate = {
        "id": "{{ job.id }}",
        "title": "Job {{ job.id }}: {{ job.copies }} copies{% if job.proof %}, proof{% endif %}",
        "copies": "{{ job.copies }}",
        "twice": "{{- job.copies * 2 -}}",
        "weight": "{{ job.weight }}",
        "proof": "{{ job.proof }}",
        "due": "{{ job.due }}",
        "parts": "{{ job.parts }}",
        "skus": "{{ lines | map(attribute='sku') }}",
        "first": {"deep": ["{{ lines[0] }}", "{{ '}}' }}"]},
        "as text": " {{ job.copies }}",
        "two": "{{ job.copies }}{{ job.copies }}",
        "{{ literal }}": "plain { text }",
        "fixed": [1, 1.5, True, None, date(2026, 11, 2), datetime(2026, 11, 2, 8, tzinfo=UTC)],
    }
    assert rendered(template) == {
        "id": "J-1",
        "title": "Job J-1: 250 copies",
        "copies": 250,
        "twice": 500,
        "weight": 1.5,
        "proof": False,
        "due": None,
        "parts": ["cover", "inner"],
        "skus": ["a5", "a6"],
        "first": {"deep": [{"sku": "a5", "n": 1}, "}}"]},
        "as text": " 250",
        "two": "250250",
        "{{ literal }}": "plain { text }",
        "fixed": [1, 1.5, True, None, "2026-11-02", "2026-11-02T08:00:00Z"],
    }


def test_a_text_template_writes_values_as_json_and_between_quotes_as_part_of_the_string() -> None:
    template = """{
        "id": {{ job.id }}, "title": "Job \\"{{ job.id }}\\" ({{ job.copies }}, {{ job.due }}{{ job.proof }})",
        "copies": {{ job.copies }}, "due": {{ job.due }}, "parts": {{ job.parts | json }},
        "lines": [{% for line in lines %}{"{{ line.sku }}": {{ line.n }}}{{ "," if not loop.last }}{% endfor %}]
    }""".replace('{{ "," if not loop.last }}', "{% if not loop.last %},{% endif %}")
    assert rendered(template) == {
        "id": "J-1",
        "title": 'Job "J-1" (250, false)',
        "copies": 250,
        "due": None,
        "parts": ["cover", "inner"],
        "lines": [{"a5": 1}, {"a6": 2}],
    }


@given(value=values)
def test_any_value_survives_both_forms_unchanged(value: object) -> None:
    renderer = Renderer()
    assert renderer.json("t", {"a": ["{{ value }}"]}, {"value": value}) == {"a": [value]}
    assert renderer.json("t", '{"a": [{{ value }}]}', {"value": value}) == {"a": [value]}


@given(value=hostile, other=hostile)
def test_any_text_survives_inside_a_text_unchanged(value: str, other: str) -> None:
    renderer, facts = Renderer(), {"value": value, "other": other}
    expected = {"a": [f"<{value}|{other}>"], "b": 1}
    assert renderer.json("t", {"a": ["<{{ value }}|{{ other }}>"], "b": 1}, facts) == expected
    assert renderer.json("t", '{"a": ["<{{ value }}|{{ other }}>"], "b": 1}', facts) == expected
    assert renderer.json("t", '{"a": [{{ "<" ~ value ~ "|" ~ other ~ ">" }}], "b": 1}', facts) == expected


@given(value=hostile)
def test_a_value_between_quotes_cannot_add_to_a_list(value: str) -> None:
    assert Renderer().json("t", '["{{ value }}"]', {"value": value}) == [value]


@given(value=hostile)
def test_what_is_rendered_can_be_written_as_json(value: str) -> None:
    assert json.loads(json.dumps(Renderer().json("t", ["{{ value }}"], {"value": value}))) == [value]


def test_decimals_and_models_become_json_as_pydantic_writes_them() -> None:
    money = Money(amount=Decimal("12.50"), currency="EUR")
    assert rendered(["{{ price }}"], price=money) == [{"amount": "12.50", "currency": "EUR"}]


@pytest.mark.parametrize(
    ("template", "fault"),
    [
        ('{"a": {{ job.id }}', "order.json: what it writes is not JSON: Expecting ',' delimiter in line 1 of it"),
        ('{"a":\n{{ jub }}}', "order.json, line 2: 'jub' is undefined"),
        ('{"a": "{{ job.parts }}"}', "order.json: a list or mapping stands inside the quotes of a text"),
        ('{"a": NaN}', "order.json: what it writes is not JSON: NaN"),
        ("[" * 100_000, "order.json: what it writes is nested too deeply"),
        ("{% macro m() %}{% endmacro %}{}", "order.json: line 1: a JSON template has no macro"),
        ("{% set x %}1{% endset %}[{{ x }}]", "order.json: line 1: a JSON template has no macro"),
        ("{% block b %}1{% endblock %}{{ self.b() }}", "order.json: line 1: a JSON template cannot use its own blocks"),
        ({"a": [{"b": "{{ job.nmae }}"}]}, "order.json.a[0].b: 'dict object' has no attribute 'nmae'"),
        ({"a": "{{ [job.nmae] }}"}, "order.json.a: 'dict object' has no attribute 'nmae'"),
        ({"a": "{{ range }}"}, "order.json.a: JSON cannot say a value of type"),
        ({"a": "{{ 1e308 * 10 }}"}, "order.json.a: JSON has no infinite number"),
        ({"a": "{{ {1: 2} }}"}, "order.json.a: the keys of a JSON object are text"),
    ],
)
def test_a_fault_names_the_place_and_the_reason(template: JsonTemplate, fault: str) -> None:
    with pytest.raises(TemplateInvalid) as caught:
        rendered(template)
    assert str(caught.value).startswith(fault)


def test_checking_looks_at_every_text_of_a_structure() -> None:
    renderer = Renderer()
    renderer.check("order.json", {"a": ["{{ any.fact }}", 1, None]})
    renderer.check("order.json", '{"a": {{ any.fact }}}', as_json=True)
    with pytest.raises(TemplateInvalid, match=r"order.json.a\[1\].b, line 1"):
        renderer.check("order.json", {"a": ["", {"b": "{{ }"}]})
    with pytest.raises(TemplateInvalid, match="no macro"):
        renderer.check("order.json", "{% set x %}1{% endset %}", as_json=True)
