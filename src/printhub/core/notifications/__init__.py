"""Which messages people get about orders and jobs: what gives rise to each, who it goes to, when it loses its use."""
