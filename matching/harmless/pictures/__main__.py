"""Print the list that ships."""

from matching.harmless.pictures.making import hashed

if __name__ == "__main__":
    for label, value in hashed():
        print(f"{value} {label}")  # noqa: T201
