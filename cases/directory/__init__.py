"""Where else to find help: platforms to report to, and support services. Data that staff edit."""
