"""The SMS adapter: hands texts to Twilio, to Kannel or to any gateway, and reads what they tell of them."""
