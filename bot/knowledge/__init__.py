"""What the alliance bot knows: YAML files as typed, checked values."""
