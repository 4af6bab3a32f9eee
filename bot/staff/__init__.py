"""Tools for the people who keep knowledge and translations right."""
