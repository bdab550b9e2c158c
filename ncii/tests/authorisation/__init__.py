"""Who may come through which door: every route, by everybody there is."""
