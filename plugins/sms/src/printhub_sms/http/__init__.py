"""Any gateway with an HTTP interface: requests, answers and receipts are configured."""
