"""Moving in from an old site: a WordPress export or a feed becomes articles.

`reading` takes the file apart item by item, `bodies` makes our HTML of theirs,
`running` decides what becomes of each item, `addresses` leads old links here.
"""
