"""Copies of files that show the same and tell nothing of who made them.

A PDF becomes pictures of its pages: no names in its properties, no scripts, no layers,
no text behind the picture. A picture becomes new pixels. Office files and films stay
what they are; their properties are emptied where they stand.

The work is done by a process of its own (`python -m content.copies`) with a bound of
memory and time: it reads what strangers made, and whatever that does to a decoder, the
worker that asked lives on.

    making.py     asks that process: `make(source, target, kind)`
    __main__.py   its bounds; nothing below it knows Django
    ways.py       which way a kind goes: paper, pictures, office, films
"""
