"""Is anything lost? The real process, killed and hindered at random, counted from outside."""
