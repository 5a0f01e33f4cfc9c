"""Who asks: users, sessions and tokens, and who may give what to whom. What each role may stands in `model/access.py`.

In reading order: identity (the front) · credentials · tokens · passwords · throttle · sessions · users · giving
"""
