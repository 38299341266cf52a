import json

from hypothesis import given
from hypothesis import strategies as st

from workers.clean.jsonld import parse


def test_graphs_and_lists_become_one_list_in_order() -> None:
    source = json.dumps(
        [{"@type": "WebSite"}, {"@context": "x", "@graph": [{"@type": "NewsArticle"}, {"@type": "Person"}]}]
    )
    assert [found["@type"] for found in parse([source, '{"@type": "Late"}'])] == [
        "WebSite",
        "NewsArticle",
        "Person",
        "Late",
    ]


def test_nested_properties_stay_in_their_object() -> None:
    assert parse(['{"@type": "A", "author": {"name": "Ada"}}']) == [{"@type": "A", "author": {"name": "Ada"}}]


def test_common_faults_are_mended() -> None:
    assert parse(['<!-- {"a": 1} -->']) == [{"a": 1}]
    assert parse(['//<![CDATA[\n{"a": 1}\n//]]>']) == [{"a": 1}]
    assert parse(['{"a": [1, 2,], }']) == [{"a": [1, 2]}]
    assert parse(['{"a": "line\nbreak\ttab"}']) == [{"a": "line\nbreak\ttab"}]
    assert parse([r'{"a": "it\'s"}']) == [{"a": r"it\'s"}]
    assert parse(['{"a": "1"\n"b": "2"}']) == [{"a": "1", "b": "2"}]
    assert parse(['{"a": 1}{"b": 2};']) == [{"a": 1}, {"b": 2}]


def test_what_is_hopeless_costs_only_itself() -> None:
    assert parse(["{nonsense", '{"a": 1}', "[" * 100_000, "null", "7"]) == [{"a": 1}]


@given(st.text(max_size=200))
def test_no_text_raises(source: str) -> None:
    parse([source])
