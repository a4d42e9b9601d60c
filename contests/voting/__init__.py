"""The public vote of a contest, from the gallery to the count.

    gallery.py     which works everybody sees, by consent, and in which order
    voters.py      who votes: an account or a mailbox, told apart by keyed digests
    rules.py       why not (the window, the jury, the number of works)
    actions.py     cast, ask by letter, confirm
    counting.py    the count after the end, and what of it is public
    auditing.py    where ballots came from; setting them aside
    forgetting.py  what is deleted, and when

How it holds together: docs/voting.md.
"""
