"""Pictures known as harmless: what is near one of them is held back until staff have looked."""
