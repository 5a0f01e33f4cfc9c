"""The Stripe adapter: gives money back by Stripe's API, and reads what Stripe tells of refunds and disputes."""
