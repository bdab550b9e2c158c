"""What a victim can send us, and what is wrong with it in plain words."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.directory.selectors import countries
from cases.eligibility import NO, YES, Question
from cases.pins import PinProblem, pin_problem
from cases.services import FileInput
from cases.typed import plain
from cases.validation import FilesError, parse_files
from cases.words import FILE_PROBLEMS, PIN_PROBLEMS, file_problem

_CHOOSE = {
    "required": _("Choose “yes” or “no” to go on"),
    "invalid_choice": _("Choose “yes” or “no” to go on"),
}


class QuestionForm(forms.Form):
    """One question, yes or no."""

    use_required_attribute = False

    def __init__(self, question: Question, data: Any = None) -> None:
        super().__init__(data)
        self.fields["answer"] = forms.ChoiceField(
            widget=forms.RadioSelect,
            choices=[(YES, question.yes), (NO, question.no)],
            error_messages=_CHOOSE,
        )


class NewCaseForm(forms.Form):
    """What the case page sends. Problems with files keep the position they belong to."""

    token = forms.CharField(
        max_length=500,
        error_messages={"required": _("This form is not complete. Load the page again.")},
    )
    pin = forms.CharField(
        max_length=100,
        error_messages={
            "required": _("Choose a PIN"),
            "max_length": PIN_PROBLEMS[PinProblem.SHAPE],
        },
    )
    email = forms.EmailField(
        required=False,
        max_length=254,
        error_messages={
            "invalid": _("This e-mail address does not look right. Check it, or leave it empty."),
            "max_length": _("This e-mail address is too long."),
        },
    )
    files = forms.CharField(  # type: ignore[assignment] # Form.files is for uploads: there are none
        strip=False, error_messages={"required": FILE_PROBLEMS["none"]}
    )

    challenge = forms.CharField(required=False, max_length=500)
    nonces = forms.CharField(required=False, max_length=1000)

    def clean_pin(self) -> str:
        """Refuse a PIN that is too short, too long, or too easy to guess."""
        pin = plain(self.cleaned_data["pin"])
        problem = pin_problem(pin)
        if problem:
            raise forms.ValidationError(PIN_PROBLEMS[problem], code=problem)
        return pin

    def clean_files(self) -> list[FileInput]:
        """Read the fingerprints; each problem carries the 1-based position of its file."""
        try:
            return parse_files(self.cleaned_data["files"])
        except FilesError as error:
            raise forms.ValidationError(
                [
                    forms.ValidationError(
                        file_problem(problem.code),
                        code=problem.code,
                        params={"position": problem.position},
                    )
                    for problem in error.problems
                ]
            ) from None

    def problems(self) -> dict[str, list[dict[str, Any]]]:
        """Return {field: [{"message": str, "position": int | None}]} for the page's script."""
        return {
            field: [
                {"message": message, "position": (error.params or {}).get("position")}
                for error in errors.as_data()
                for message in error.messages
            ]
            for field, errors in self.errors.items()
        }


class PinInput(forms.PasswordInput):
    """A PIN, masked by our CSS. Of type text, so that no browser offers to keep it as a password;
    and never sent back with an error."""

    input_type = "text"


class EnterCaseForm(forms.Form):
    """Case number and PIN. Whatever does not fit gets one and the same answer."""

    use_required_attribute = False
    number = forms.CharField(
        label=_("Case number"),
        help_text=_("It looks like this: AB12-CD34-EF56-GH78"),
        max_length=200,
        widget=forms.TextInput(
            attrs={
                "class": "input input--number",
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
            }
        ),
        error_messages={"required": _("Type your case number")},
    )
    pin = forms.CharField(
        label=_("PIN"),
        help_text=_("The 6 to 12 digits that you chose"),
        max_length=200,
        widget=PinInput(
            attrs={
                "class": "input input--pin input--masked",
                "autocomplete": "off",
                "inputmode": "numeric",
                "spellcheck": "false",
            }
        ),
        error_messages={"required": _("Type your PIN")},
    )

    def clean_pin(self) -> str:
        """Read it as it was read when it was chosen."""
        return plain(self.cleaned_data["pin"])


class WithdrawForm(forms.Form):
    """The last question before a case is withdrawn."""

    use_required_attribute = False
    answer = forms.ChoiceField(
        widget=forms.RadioSelect,
        choices=[(YES, _("Yes, withdraw my case")), (NO, _("No, keep it"))],
        error_messages=_CHOOSE,
    )


def _countries() -> list[tuple[str, Any]]:
    """Return the countries in the order of their names in the language of the page."""
    return [("", _("All countries")), *countries()]


class SupportForm(forms.Form):
    """Which help to show."""

    use_required_attribute = False
    country = forms.ChoiceField(
        label=_("Country"),
        required=False,
        choices=_countries,
        widget=forms.Select(attrs={"class": "input", "autocomplete": "off"}),
    )
    need = forms.ChoiceField(
        label=_("What I need"),
        required=False,
        choices=[
            ("", _("Any help")),
            ("phone", _("Someone to phone")),
            ("legal", _("Help with the law")),
            ("under_18", _("Help for under 18")),
            ("lgbt", _("Help for LGBTQ+ people")),
            ("men", _("Help for men")),
            ("language", _("Help in my language")),
        ],
        widget=forms.Select(attrs={"class": "input", "autocomplete": "off"}),
    )
