"""The English lines of the first entries (data/*.json), where the catalogues find them.

An entry that has no words of its own in a language is shown in English, line by line in the
catalogue's translation. What staff write is in no catalogue: theirs stands as they wrote it.
"""

from django.utils.translation import gettext_noop as _

LINES = (
    _("Open the person’s profile or your chat with them."),
    _("Choose “Block & Report”, then the reason that is about nudity or sexual content."),
    _("You can report someone even if you no longer match with them, through the help pages."),
    _("In the app, press and hold the message, or right-click it, and choose “Report Message”."),
    _("You can also use the form. It asks for the ids of the message, the channel and the user."),
    _(
        "To copy an id, switch on Developer Mode in the settings, then press and hold, or "
        "right-click, and choose “Copy ID”."
    ),
    _("Do not delete the message before you have reported it."),
    _("Press the three dots next to the post, photo or video and choose “Report”."),
    _("Choose the reason that is about nudity or sexual images shared without consent."),
    _("The page “Not Without My Consent” leads to the report form and to help."),
    _("If someone asks for money or more pictures, see Facebook’s “Stop Sextortion” pages."),
    _("Use the form to ask that links to your intimate images no longer appear in the results."),
    _("You can ask yourself, or someone who is allowed to act for you can."),
    _("Give the address of each page and, if you can, of each image result."),
    _("Google removes the link, not the page. Report to the site itself as well."),
    _(
        "Press the three dots on the post or story, or press and hold the message, and choose "
        "“Report”."
    ),
    _("Choose the reason that is about nudity, then sharing private images."),
    _("No account? The help pages have a form for people without one."),
    _("Open the chat, press the name at the top, and choose “Report”."),
    _("Choose the reason that is about sharing private images or nudity."),
    _("Keep the chat until you have reported it: it is your proof."),
    _("Press and hold the snap, the chat or the profile and choose “Report”."),
    _("Choose the reason that is about nudity or sexual content."),
    _(
        "You can also report on the help pages, without an account. Reports are anonymous: the "
        "person is not told who reported."
    ),
    _("Press and hold the video, or press “Share”, and choose “Report”."),
    _("Choose the reason that is about nudity or sexual content, then sharing without consent."),
    _("You can report a comment, a message, a live video or an account in the same way."),
    _("Press the three dots on the channel, video or clip and choose “Report”."),
    _("Choose the reason that is about sexual content or sharing private images."),
    _("Say at what minute it can be seen."),
    _("When you report a contact, WhatsApp receives the most recent messages with that contact."),
    _("Take screenshots first: reporting can also block the contact and delete the chat."),
    _(
        "Press the three dots, or the flag, at the video, playlist, thumbnail, comment or live "
        "chat and choose “Report”."
    ),
    _("Choose the reason that is about sexual content."),
    _(
        "People review reports around the clock. A report does not take anything down by itself "
        "before they have looked."
    ),
    _(
        "For adults in the UK. Listens, explains the law, and helps to get intimate images "
        "taken down."
    ),
    _("Monday to Friday, 10:00 to 16:00, not on bank holidays"),
    _(
        "For people under 18 in the UK: reports an image of yourself so that it can be taken "
        "down. By the Internet Watch Foundation and Childline."
    ),
    _(
        "Takes reports of images of people under 18 that are online, and gets them removed. You "
        "need not give your name."
    ),
    _(
        "For images from before you were 18, anywhere in the world. Works like this site: the "
        "picture stays on your device."
    ),
    _(
        "Image abuse helpline in the United States. Advice, lawyers who know the matter, and a "
        "guide to getting images removed."
    ),
    _(
        "The Australian authority for safety online. It can order sites to take intimate images "
        "down."
    ),
    _("Takes reports of sexual harm online of people under 18 in Canada."),
    _("Step by step help for young people in Canada whose intimate image was shared."),
    _(
        "The French number for young people and their parents about harm online. Free and "
        "confidential; it can have content taken down quickly."
    ),
    _("Advice for people attacked online in Germany, and help with the costs of going to court."),
    _("Helpline in India for harm online: listens, and helps to report and take down content."),
    _("Runs Pakistan’s helpline on harassment online, with legal advice and people to talk to."),
    _("Brazil’s help channel about safety and rights online. You can write or chat."),
    _(
        "The French number for victims of any offence. Listens, explains your rights, and leads "
        "to an association near you."
    ),
    _("For LGBT+ people in the UK who face abuse or violence. Run by LGBT+ people."),
    _(
        "For men in the UK who are hurt or threatened by a partner, a former partner or their "
        "family."
    ),
    _(
        "People to talk to for LGBTQ+ people of any age in the United States. It is free and "
        "confidential."
    ),
    _(
        "Takes reports of intimate images shared without consent in Ireland, and helps to get "
        "them taken down."
    ),
    _(
        "Advice on threats and abuse online, and help to get images taken down. Free, and you "
        "need not give your name."
    ),
    _(
        "Advice on safety online, on the law and on how you feel. Free and confidential, "
        "every day from 8:00 to 23:00."
    ),
    _("For women who are threatened or hurt, and for those close to them. Free, day and night."),
    _("For people who are threatened or hurt by a partner or a relative. Free, day and night."),
    _(
        "The authority for data protection. It takes reports about intimate images and can "
        "order a platform to act."
    ),
    _("The state’s line for women and children who are hurt or threatened. Day and night."),
    _("Policewomen who help women attacked online. What you say stays confidential."),
    _(
        "For victims of any offence: someone to talk to, your rights, and where to get help. "
        "Free, day and night."
    ),
)
