"""Letters that come back after a relay took them: from a mailbox or a webhook."""
