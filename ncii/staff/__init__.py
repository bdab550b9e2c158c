"""The staff's side: Django's admin, made ours. The apps' `admin` modules hang their rooms here."""
