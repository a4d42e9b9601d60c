"""Solving the challenge as a browser does, without one."""

import base64
import json
import re
from html import unescape

import altcha


def question(response) -> dict:
    """The challenge that a page shows."""
    text = re.search(r'challengejson="([^"]+)"', response.content.decode())[1]
    return json.loads(unescape(text))


def solve(response, **changes) -> str:
    """What the page's script would send as `altcha`."""
    asked = question(response)
    solution = altcha.solve_challenge(
        challenge=asked["challenge"],
        salt=asked["salt"],
        algorithm=asked["algorithm"],
        max_number=asked["max_number"],
        start=0,
    )
    answer = {
        "algorithm": asked["algorithm"],
        "challenge": asked["challenge"],
        "number": solution.number,
        "salt": asked["salt"],
        "signature": asked["signature"],
    } | changes
    return base64.b64encode(json.dumps(answer).encode()).decode()
