"""Code that the trading services share."""
