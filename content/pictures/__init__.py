"""Pictures on public pages: what staff upload, in the sizes that phones need.

`actions.add` takes an upload, `content.models.Picture` is its row, the filter
`with_pictures` and components/picture.html show it. docs/decisions/0007-pictures.md
says why it is built this way.
"""
