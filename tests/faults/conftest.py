"""A crew for each test, and a mail server."""

import pytest

from tests.faults.crew import Crew, empty_broker, end_sessions_of_killed_workers
from tests.mail.post_office import PostOffice


@pytest.fixture
def crew(tmp_path):
    empty_broker()
    crew = Crew(tmp_path)
    try:
        yield crew
    finally:
        crew.stop()
        empty_broker()
        end_sessions_of_killed_workers()


@pytest.fixture
def post_office(crew):
    with PostOffice() as office:
        crew.port = office.port
        yield office
