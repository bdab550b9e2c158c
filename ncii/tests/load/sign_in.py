"""A process that makes leads and prints the cookies of their sessions, as JSON.

python -m ncii.tests.load.sign_in COUNT
"""

import json
import sys

import django


def main(count: int) -> None:
    django.setup()
    from django.conf import settings
    from django.contrib.auth.models import Group, User
    from django.test import Client

    from ncii.staff.roles import LEAD
    from ncii.tests.staff import sign_in

    cookies = []
    for number in range(count):
        user = User.objects.create_user(f"lead {number}", is_staff=True)
        user.groups.add(Group.objects.get(name=LEAD))
        client = Client()
        sign_in(client, user)
        name = settings.SESSION_COOKIE_NAME
        cookies.append({name: client.cookies[name].value})
    print(json.dumps(cookies))  # noqa: T201


if __name__ == "__main__":
    main(int(sys.argv[1]))
