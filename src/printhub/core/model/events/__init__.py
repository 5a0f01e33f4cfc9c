"""What events say: one data model per event type, and the catalogue of all of them."""
