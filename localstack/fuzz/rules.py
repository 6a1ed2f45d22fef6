"""What no schema can state: each rule with the check that it breaks, where, and why."""

# A cursor is a place in a list: one that is made up looks like one and leads nowhere.
LEFT_OUT = {"cursor"}

# Of another shop's things an owner is told nothing, and a cart's value is signed.
ALWAYS_OURS = {"merchant", "spare", "X-Cart"}


def is_hard_on_a_shop(operation):
    """After these a shop sells no more, so they are tried on a spare one: all of an admin's, and closing."""
    return operation.tags[0] == "admin" or operation.path.endswith(("/close", "/withdraw", "/submit"))


# (operation or None for all, check, code of the problem, pointer or None, reason)
RULES = []


def explains(failure, case, response):
    try:
        problem = response.json()
    except ValueError:
        return False
    if not isinstance(problem, dict):
        return False
    check = type(failure).__name__
    pointers = [error["pointer"] for error in problem.get("errors", [])]
    for operation, name, code, pointer, _reason in RULES:
        if (
            operation in (None, case.operation.definition.raw.get("operationId"))
            and name == check
            and code == problem.get("code")
            and (pointer is None or pointer in pointers)
        ):
            return True
    return False
