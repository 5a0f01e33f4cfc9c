"""The kinds of adapter: for each, the class that plugins subclass, its messages, and its pure rules."""
