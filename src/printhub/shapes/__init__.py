"""What the hub shows of itself, as JSON: the same shapes on the command line, in the API and in the client.

Keys stay as they are, further ones may come. Moments are RFC 3339 in UTC, sizes are bytes, amounts are text; what is
not known is null. The models need nothing of the engine, so that a client has them without it.
"""
