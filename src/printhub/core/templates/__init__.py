"""The words of messages to people: templates in layers and languages, rendered in a sandbox."""
