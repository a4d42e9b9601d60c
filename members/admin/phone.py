"""How a phone number is typed and shown in the admin."""

from __future__ import annotations

from members.forms import PhoneFormField


class PhoneAdmin:
    """Phones are typed as people write them and kept in one form."""

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name == "phone":
            return PhoneFormField(required=False)
        return super().formfield_for_dbfield(db_field, request, **kwargs)
