"""What others are built on, doing the same work: each one a program as its documentation shows it."""
