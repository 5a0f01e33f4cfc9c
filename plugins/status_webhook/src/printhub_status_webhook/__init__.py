"""The status webhook adapter: tells a storefront of every status, signed as Standard Webhooks asks."""
