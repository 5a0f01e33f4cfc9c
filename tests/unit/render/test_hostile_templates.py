"""Templates that try to reach out of the sandbox, or to eat up the memory."""

import pytest

from printhub.core.model.errors import TemplateInvalid
from printhub.core.render.sandbox import Renderer


class Config:
    """An object that a careless caller hands in."""

    _private = "s3cret"

    def method(self) -> str:
        return "called"


FACTS = {"text": "abc", "items": [1, 2], "map": {"a": 1}, "number": 7, "config": Config(), "raw": b"abc"}


@pytest.mark.parametrize(
    "expression",
    [
        "text.__class__",
        "text['__class__']",
        "''.__class__.__mro__[1].__subclasses__()",
        "config._private",
        "config.method.__globals__",
        "config.method.__func__.__globals__",
        "items.append(3)",
        "map.update({'b': 2})",
        "map.__init__.__globals__",
        "text | attr('__class__')",
        "('%s' % text)",
        "'{0.__class__}'.format(text)",
        "'{0:>9999999999}'.format(text)",
        "text.format_map(map)",
        "text.encode()",
        "raw.decode()",
        "number.to_bytes(2, 'big')",
        "number.__class__",
        "range.__self__",
        "dict.mro()",
        "dict.fromkeys(range(3))",
        "cycler.__init__.__globals__",
        "lipsum(n=100000000)",
        "self.__init__.__globals__",
        "self._TemplateReference__context",
        "loop",
        "namespace.__init__",
        "joiner()",
        "config.method.__self__.__dict__",
        "environment",
        "[1]|map('attr', '__class__')|list",
        "items | map(attribute='__class__') | list | string",
        "items | map(attribute='real.__class__') | join",
    ],
)
def test_the_insides_of_python_are_out_of_reach(expression: str) -> None:
    with pytest.raises(TemplateInvalid):
        Renderer().text("evil", "{{ " + expression + " }}", FACTS)


NESTED = "{% set ns = namespace(x=[1]) %}{% for i in range(100) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}"
GROWING = [
    "{{ 'x' * 10**9 }}",
    "{{ 10**9 * 'x' }}",
    "{{ [0] * 10**9 }}",
    "{{ (0,) * 10**9 }}",
    "{{ 9 ** (9 ** 9) }}",
    "{{ 2 ** 100000 }}",
    "{{ number ** (number * 10000) }}",
    "{% set ns = namespace(x=3) %}{% for i in range(100) %}{% set ns.x = ns.x * ns.x %}{% endfor %}",
    "{% set ns = namespace(x='xx') %}{% for i in range(100) %}{% set ns.x = ns.x + ns.x %}{% endfor %}",
    "{% set ns = namespace(x='xx') %}{% for i in range(100) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}",
    "{% set ns = namespace(x=[1]) %}{% for i in range(100) %}{% set ns.x = ns.x + ns.x %}{% endfor %}",
    NESTED + "{{ ns.x|json }}",
    NESTED + "{{ ns.x|string }}",
    NESTED + "{{ '%s'|format(ns.x) }}",
    NESTED + "{{ ns.x ~ '' }}",
    "{% set n=namespace(x='xx') %}{% for i in range(99) %}{% set y %}{{n.x}}{{n.x}}{%endset%}{%set n.x=y%}{%endfor%}",
    "{% set ns = namespace(x='xx') %}{% for i in range(100) %}{% set ns.x = ns.x|replace('x', 'xx') %}{% endfor %}",
    "{% set ns = namespace(x='xx') %}{% for i in range(100) %}{% set ns.x = [ns.x, ns.x]|join %}{% endfor %}",
    "{% set ns = namespace(x=[[1]]) %}{% for i in range(40) %}{% set ns.x = [ns.x|sum(start=[])]*2 %}{% endfor %}",
    "{% for i in range(10000) %}{% for j in range(10000) %}xxxxxxxxxxxxxxxx{% endfor %}{% endfor %}",
    "{% set y %}{% for i in range(10000) %}{% for j in range(10000) %}xxxxxxxxxxx{% endfor %}{% endfor %}{% endset %}",
    "{% macro m(n) %}xxxxxxxx{{ m(n) }}{% endmacro %}{{ m(1) }}",
    "{{ range(10**12) | list | length }}",
    "{{ 'x' | indent(10**9, true) }}",
    "{{ '%999999999d' | format(1) }}",
    "{{ '%*d' | format(999999999, 1) }}",
    "{{ 'x' | center(10**9) }}",
    "{{ [1] | batch(10**9, 'x') | list }}",
    "{{ [1] | slice(10**9) | list }}",
    "{{ 'x'.ljust(10**9) }}",
    "{{ 'x'.replace('', 'y' * 1000000) }}",
    "{{ 'x'.join(['y'] * 10000) }}",
    "{{ 'x'.expandtabs(10**9) }}",
    "x" * 300_000,
]


@pytest.mark.parametrize("template", GROWING)
def test_what_would_eat_up_the_memory_is_refused(template: str) -> None:
    with pytest.raises(TemplateInvalid) as caught:
        Renderer().text("evil", template, FACTS)
    assert "MemoryError" not in str(caught.value)


@pytest.mark.parametrize("template", [t for t in GROWING if "set y" not in t and "macro" not in t])
def test_json_templates_refuse_it_as_well(template: str) -> None:
    with pytest.raises(TemplateInvalid) as caught:
        Renderer().json("evil", template, FACTS)
    assert "MemoryError" not in str(caught.value)


def test_what_a_rendering_may_write_is_bounded() -> None:
    renderer = Renderer(most_characters=1000)
    assert len(renderer.text("t", "{% for i in range(100) %}1234567890{% endfor %}", {})) == 1000
    with pytest.raises(TemplateInvalid, match="it writes more than 1000 characters"):
        renderer.text("t", "{% for i in range(100) %}1234567890{% endfor %}!", {})


def test_a_whole_json_structure_shares_one_bound() -> None:
    with pytest.raises(TemplateInvalid, match="it writes more than 1000 characters"):
        Renderer(most_characters=1000).json("t", ["{{ x }}"] * 20, {"x": "-" * 90})
