"""A reader of every page who knows both languages; see tests/portal/test_language.py.

`words` knows what English and Vietnamese look like, `reading` what of a page people
see or hear, `walk` goes from link to link and sends every form it meets.
"""
