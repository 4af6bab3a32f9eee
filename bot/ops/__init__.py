"""Running the process: logs, metrics, health."""
