"""Staff's review of what platforms report. There is no picture to see: only who said what."""
