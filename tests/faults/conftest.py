"""A crew for each test, and a mail server."""

import pytest

from tests.faults.crew import Crew, broker, end_sessions_of_killed_workers
from tests.mail.post_office import PostOffice


@pytest.fixture
def crew(tmp_path):
    broker().flushdb()
    crew = Crew(tmp_path)
    try:
        yield crew
    finally:
        crew.stop()
        broker().flushdb()
        end_sessions_of_killed_workers()


@pytest.fixture
def post_office(crew):
    with PostOffice() as office:
        crew.port = office.port
        yield office
