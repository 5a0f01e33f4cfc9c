"""The conformance kit for MIS adapters."""
