"""The product's settings, with the marked language in the place of German."""

from ncii.settings import *
from ncii.tests.pseudo import install

install()
