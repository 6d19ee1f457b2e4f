"""The demo: seven states' synthetic deliveries through the real DAGs, in one process."""
