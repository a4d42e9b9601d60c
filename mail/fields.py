"""Form fields for where letters go."""

from __future__ import annotations

from django import forms
from django.core.validators import validate_email

from mail import addresses


class AddressField(forms.EmailField):
    """One address that a letter can go to.

    Django lets quoted names and look-alike domains pass. Their letters would fail
    later, where whoever typed them does not see it.
    """

    default_validators = [validate_email, addresses.validate_plain]
