"""How a feature offers something to the floors below and above it."""

from collections.abc import Iterator
from typing import Generic, TypeVar

from django.core.exceptions import ImproperlyConfigured

Item = TypeVar("Item")


class Registry(Generic[Item]):
    """Items by key, in the order of registration.

    Filled in `AppConfig.ready`, read everywhere. A key registered twice with
    different items is a programming error and raises ImproperlyConfigured.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._items: dict[str, Item] = {}

    def register(self, key: str, item: Item) -> Item:
        known = self._items.setdefault(key, item)
        if known is not item:
            raise ImproperlyConfigured(f"{self.name}: {key!r} is registered twice")
        return item

    def get(self, key: str) -> Item | None:
        return self._items.get(key)

    def __getitem__(self, key: str) -> Item:
        return self._items[key]

    def __contains__(self, key: str) -> bool:
        return key in self._items

    def __iter__(self) -> Iterator[Item]:
        return iter(self._items.values())

    def __len__(self) -> int:
        return len(self._items)

    def items(self) -> list[tuple[str, Item]]:
        return list(self._items.items())
