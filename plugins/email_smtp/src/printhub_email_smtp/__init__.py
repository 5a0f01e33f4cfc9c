"""E-mail by SMTP, and what comes back of it: by a mailbox, by webhooks."""
