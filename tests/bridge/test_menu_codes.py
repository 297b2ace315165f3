"""A configuration code held up to a scanner is dropped and told; a pass never looks like one."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware_bridge.codecs.codes import Dropped, Why, is_menu_code
from firmware_bridge.codecs.line import LineCodec
from tests.bridge.cast import token


@pytest.mark.parametrize(
    "code",
    [
        "DEFALT.",
        "PAP232.",
        "232BAD9!",
        "TERMID130.",
        "$P",
        "$CBPVO02",
        "@SETUPE1",
        "@FACDEF",
        "@INTERF0;",
        "^3002",
        "..010D0A",
        "^_^SETUPE1.",
        "<SCAN=OFF>",
        "{G1026/1A/1}",
    ],
)
def test_codes_of_the_makers_menus_are_known(code: str) -> None:
    assert is_menu_code(code)
    assert LineCodec().feed(code.encode() + b"\r", 0.0)[0] == Dropped(Why.MENU_CODE, len(code))


@pytest.mark.parametrize(
    "code", ["4870001234567", "IVANOV IVAN", "https://kezdesu.example.kz/", "0007123456", "A", "104:04a1b2"]
)
def test_other_codes_are_left_to_the_gate(code: str) -> None:
    assert not is_menu_code(code)


@settings(max_examples=50)
@given(st.integers(0, 2**64))
def test_a_pass_is_no_menu_code(visitor: int) -> None:
    assert not is_menu_code(token(visitor))
