"""Where questions wait until they are answered."""
