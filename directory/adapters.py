from allauth.account.adapter import DefaultAccountAdapter


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are created by staff; nobody signs up."""

    def is_open_for_signup(self, request):
        return False

    def get_login_redirect_url(self, request):
        # Staff go to their desk, everybody else to the page that lists what waits for them.
        return "/quan-tri/" if request.user.is_staff else "/loi-moi/"
