"""What a log line may say, and what it never does."""

import json
import logging
import sys

import pytest

from content import logs


@pytest.mark.parametrize(
    "text",
    [
        "letter 7 cannot be checked",
        "person 12 merged into 9 at 2026-11-23 02:00:00+00:00",
        "/tap-huan/ky-nang-so-cho-doan-vien-xa-ba-be-2026/ answers 503: timeout",
        "/tin-tuc/chuyen-doi-so-o-thon-ban-123456/",
        "readyz: broker does not answer",
        "list of teams by account 4: {'new': 20261123, 'same': 0}",
        '  File "/srv/portal/training/actions.py", line 117, in register',
        "took 0.0123456789012 s at 127.0.0.1:8000",
        "news.tasks.look_again[8c2b] succeeded",
        "OperationalErrorInTheMiddleOfIt",
    ],
)
def test_what_helps_stays(text):
    assert logs.scrub(text) == text


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("no account for dao.nong+tin@example.com here", "dao.nong"),
        ("for=dao%40example.com", "dao"),
        ("số 0912 345 678 gọi", "345"),
        ("+84912345678", "9123"),
        ("84.912.345.678", "912"),
        ("GET /tim-kiem/?q=n%C3%B4ng&p=2 HTTP/1.1", "q="),
        ("/tap-huan/x/huy/?token=abc", "abc"),
        ("/ca-nhan/con/eyJjIjoxfQ:1vK3cd:Xy9-abcdefghijklmnopqrst/", "Xy9"),
        ("/tap-huan/diem-danh/J8s_kd93JKsl2-aQmZ/", "J8s"),
        (
            "/tai-khoan/password/reset/key/1-cs3x5k-0123456789abcdef0123456789abcdef/",
            "89ab",
        ),
        (
            'duplicate key value violates "person_code"\n'
            "DETAIL:  Key (full_name)=(Nông Thị\nBích Đào) already exists.",
            "Bích",
        ),
        (
            "violates check\nDETAIL:  Failing row contains (7, Nông Thị Bích Đào).\n\n"
            "The above exception was the direct cause",
            "Bích",
        ),
        (
            "wrong\nLINE 1: INSERT INTO p VALUES ('Nông Thị Bích Đào')\n     ^\n",
            "Bích",
        ),
    ],
)
def test_what_may_be_somebody_s_goes(text, gone):
    assert gone in text
    assert gone not in logs.scrub(text)


def test_what_comes_after_a_quoted_row_stays():
    text = "x\nDETAIL:  Failing row (Đào).\n\nThe above exception was the direct cause"
    assert logs.scrub(text).endswith("\n\nThe above exception was the direct cause")


def record(message="person %s", *args, **rest) -> logging.LogRecord:
    return logging.LogRecord("portal", 40, "p.py", 1, message, args, **rest)


@pytest.fixture
def number():
    token = logs.request_id.set("abc-123-xyz")
    yield "abc-123-xyz"
    logs.request_id.reset(token)


def test_json_says_what_when_and_of_which_request(number):
    told = json.loads(logs.JSONFormatter().format(record("tổ %s", 7, exc_info=None)))
    assert told["message"] == "tổ 7"
    assert told["level"] == "ERROR"
    assert told["request_id"] == number
    assert told["time"].endswith("+00:00")


def test_an_error_is_one_line_with_its_traceback():
    try:
        raise ValueError("dao@example.com is taken")
    except ValueError:
        line = logs.JSONFormatter().format(record("x", exc_info=sys.exc_info()))
    assert "\n" not in line
    told = json.loads(line)
    assert told["error"] == "ValueError"
    assert "test_logs.py" in told["traceback"]
    assert "dao@" not in line


def test_a_line_for_people_names_the_request_too(number):
    made = logs.LineFormatter("%(message)s").format(
        record("to dao@example.com", exc_info=None)
    )
    assert made == f"to [email] [{number}]"
