"""Passwords that are guessed first."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from members.passwords import VietnamesePasswordValidator, common
from vietnam.fold import fold


@pytest.mark.parametrize(
    "password",
    [
        "matkhau123",
        "Mật khẩu 123",
        "anhyeuem",
        "Anh yêu em 2005!",
        "doanthanhnien",
        "Đoàn Thanh Niên @2026",
        "26031931doanvien",
        "ChuyenDoiSo#1",
        "yeuem123456",
    ],
)
def test_what_everybody_thinks_of_first_is_refused(password):
    with pytest.raises(ValidationError) as refused:
        VietnamesePasswordValidator().validate(password)
    assert refused.value.code == "password_too_common"
    with pytest.raises(ValidationError):
        validate_password(password)


@pytest.mark.parametrize(
    "password",
    ["mat-khau-rieng-82", "chuyen-doi-so", "ba con vịt bơi qua suối", "Tre7Xanh!Ngàn"],
)
def test_words_of_ones_own_are_taken(password):
    validate_password(password)


@pytest.mark.parametrize("password", ["12345678", "password1", "iloveyou1", "ngan"])
def test_djangos_own_list_still_counts(password):
    with pytest.raises(ValidationError):
        validate_password(password)


def test_the_list_holds_words_as_they_are_looked_up():
    assert all(word == fold(word).replace(" ", "") for word in common())
    assert all(word[0].isalpha() and word[-1].isalpha() for word in common())
