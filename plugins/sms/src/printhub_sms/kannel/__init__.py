"""Kannel: its sendsms interface and its delivery reports."""
