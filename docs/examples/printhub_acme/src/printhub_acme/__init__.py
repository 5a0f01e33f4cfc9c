"""Orders from PrintHub into Acme's production server."""
