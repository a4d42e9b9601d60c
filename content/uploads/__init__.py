"""Uploads in pieces, over a weak network and over days: tus 1.0 (https://tus.io).

A building block that knows no feature. The feature registers a `Purpose` under a name
in `purposes` (in `AppConfig.ready`) and answers the creation itself, because only it
knows who may send what where: its view calls `views.create`. Everything after that
happens at `/tai-len/<key>/`. With the last byte the purpose receives the file.

    models.py     one row an upload: how far it is, whose it is, what became of it
    pieces.py     the bytes of unfinished uploads
    actions.py    begin, append, finish, drop, and the nightly sweep
    protocol.py   the headers
    body.py       reading a piece within a bounded time
    views.py      the addresses
"""

from content.uploads.purposes import Purpose, Refused, purposes

__all__ = ["Purpose", "Refused", "purposes"]
