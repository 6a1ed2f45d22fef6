"""The rules that no schema can state, each with its operation, its check and its reason."""

REJECTED = "RejectedPositiveData"
UNDECLARED_METHOD = "UnsupportedMethodResponse"

# A generated cursor has the right form and is none.
LEFT_OUT = {"cursor"}

# An owner may not see another shop; a cart's value is signed; and for a header with a pattern the
# coverage phase makes "0" against its pattern.
ALWAYS_OURS = {"merchant", "spare", "X-Cart", "If-Match"}

# Operation, failed check, code of the answer, field to blame (or none), and the reason.
RULES = [
    (
        "list_products", REJECTED, "two_shelves", None,
        "a shelf is a category's or a merchant's: parameters of a query cannot exclude each other",
    ),
    *(
        (
            operation, REJECTED, "invalid_body", "/slug",
            "a slug has small letters alone, and a mark only where it belongs to one: patterns do not know",
        )
        for operation in (
            "create_category", "rename_category", "create_product", "rename_product", "open_shop", "change_slug",
        )
    ),
    *(
        (
            operation, REJECTED, "invalid_body", "/email",
            "64 signs before the @ and 63 in each part of the domain: patterns do not count over several groups",
        )
        for operation in (
            "register_account", "sign_in", "forgot_password", "change_email", "find_account",
            "invite_member", "set_contact",
        )
    ),
    *(
        (operation, REJECTED, "invalid_body", "/time_zone", "which time zones there are is for the IANA database to say")
        for operation in ("open_shop", "set_time_zone")
    ),
    (
        "set_payout_account", REJECTED, "invalid_body", "/iban",
        "an IBAN has as many signs as its country wants, and check digits",
    ),
    (
        "loms_products", UNDECLARED_METHOD, "no_such_route", None,
        "API Gateway routes this path of the LOMS contract by its method, and knows no path without one",
    ),
    ("loms_product", UNDECLARED_METHOD, "no_such_route", None, "as in loms_products"),
    ("stock_info", UNDECLARED_METHOD, "no_such_route", None, "as in loms_products"),
]


def is_hard_on_a_shop(operation):
    """These may stop a shop from selling, so they use a spare one: an admin's operations, and closing."""
    return operation.tags[0] == "admin" or operation.path.endswith(("/close", "/withdraw", "/submit"))


def explains(failure, case, response):
    """Whether a rule has this operation, check, code and field."""
    try:
        answer = response.json()
    except ValueError:
        return False
    if not isinstance(answer, dict):
        return False
    fields = {error["pointer"] for error in answer.get("errors", [])}
    name = case.operation.definition.raw.get("operationId")
    return any(
        (operation, check, code) == (name, type(failure).__name__, answer.get("code"))
        and (field is None or fields == {field})
        for operation, check, code, field, _reason in RULES
    )
