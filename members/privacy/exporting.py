"""Handing out what is held about a person."""

from __future__ import annotations

from typing import Any

from members.models import Person
from members.privacy.registry import registry


def export_person(person: Person) -> dict[str, Any]:
    """Everything the portal holds about a person, by kind of row."""
    about = {
        "full_name": person.full_name,
        "sort_name": person.sort_name,
        "birth_date": person.birth_date and person.birth_date.isoformat(),
        "birth_year": person.birth_year,
        "phone": person.phone,
        "email": person.email,
        "unit": str(person.unit) if person.unit else None,
        "member_code": person.member_code,
        "created_at": person.created_at.isoformat(),
        "updated_at": person.updated_at.isoformat(),
    }
    rows = {key: holder.export(person) for key, holder in registry.items()}
    return {"members.person": about} | rows
