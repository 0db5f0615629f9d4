"""Names in Arabic letters and Chinese signs, spelt in Latin ones."""

from __future__ import annotations

import pytest

from monitor.officials.names import latin


@pytest.mark.parametrize(
    ("name", "language", "spelt"),
    [
        ("عبد الخالق المحفدي", "ar", "Abdulkhaliq al-Mahfadi"),
        ("عبد الله بن زايد", "ar", "Abdullah bin Zayed"),
        ("نبيل الصبري", "ar", "Nabil al-Sabri"),
        ("سيرغي لافروف", "ar", "Sergei Lafrov"),
        ("عبدالخالق المحفدی", "fa", "Abdulkhaliq al-Mahfadi"),
        ("بهروز کیانی", "fa", "Behrouz Kayani"),
    ],
)
def test_arabic_letters(name: str, language: str, spelt: str) -> None:
    assert latin(name, language) == spelt


@pytest.mark.parametrize(
    ("name", "state", "spelt"),
    [
        ("沈若云", "CN", "Shen Ruoyun"),
        ("欧阳锋", "CN", "Ouyang Feng"),
        ("单士杰", "CN", "Shan Shijie"),
        ("马文博", None, "Ma Wenbo"),
        ("孙占托", "KH", "孙占托"),
        ("塔拉斯·格里岑科", "UA", "塔拉斯·格里岑科"),
    ],
)
def test_chinese_signs_are_read_only_where_they_are_chinese_names(
    name: str, state: str | None, spelt: str
) -> None:
    assert latin(name, "zh", state) == spelt


@pytest.mark.parametrize("name", ["", "ء", "·", "ا ا", "عبد", "عبدال", "ال"])
def test_no_name_raises(name: str) -> None:
    assert isinstance(latin(name, "ar"), str)
    assert isinstance(latin(name, "fa"), str)
