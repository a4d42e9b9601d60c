"""The search of the site: accents count for the order of results, not for finding.

A feature gives its model a `SearchColumn` with its index (`columns`) and registers a
`ColumnSource` (`sources`); the search page asks every source of `registry`.
"""
