"""Building, running, testing and checking the product, which itself never imports this package."""
