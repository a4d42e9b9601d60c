import pytest

from mail.checks import timeout_fits_recovery


@pytest.mark.parametrize("timeout", [5, 20, 24])
def test_timeout_that_ends_before_recovery_is_fine(settings, timeout):
    settings.EMAIL_TIMEOUT = timeout
    assert timeout_fits_recovery(None) == []


@pytest.mark.parametrize("timeout", [None, 25, 600])
def test_timeout_that_does_not_is_an_error(settings, timeout):
    settings.EMAIL_TIMEOUT = timeout
    (error,) = timeout_fits_recovery(None)
    assert error.id == "mail.E001"
    assert "24 seconds" in error.hint


def test_our_own_settings_pass():
    assert timeout_fits_recovery(None) == []
