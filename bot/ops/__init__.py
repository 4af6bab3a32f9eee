"""Running the process: logs."""
