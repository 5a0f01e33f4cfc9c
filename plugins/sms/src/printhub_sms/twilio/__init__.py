"""Twilio: its REST interface, its codes, and its signed callbacks."""
