"""The words of the hub: values, messages and errors that every other part speaks in."""
