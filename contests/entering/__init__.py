"""The entrant's pages: begin, the steps, guardian, hand in, download, withdraw.

Whatever a page cannot keep (deadline, second tab, refusal, sign-in lost) it gives
back. What decides about the deadline is `request.now`, taken when the request began:
an upload that began in time counts, however long it took.
"""
