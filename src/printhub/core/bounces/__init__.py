"""Reads mails that came back: what each one is, whom it speaks of, and what became of the message there."""
