"""The market for Schemathesis: the caller of each operation, and ids that exist.

A schema has the form of an id, and not which ids exist. So a request that is meant to be good gets ids
of this market, and everything else stays as generated. The rules that no schema can state are in
`rules.py`, with their reasons.
"""

import base64
import hashlib
import itertools
import json
import os
import time
import urllib.error
import urllib.request

import schemathesis
from schemathesis.core.parameters import ParameterLocation
from schemathesis.generation import GenerationMode

import rules

HOME = os.environ["SNAIL_MARKET"]


def call(method, path, token=None, body=None):
    """What the market answers, or nothing when it refuses."""
    request = urllib.request.Request(HOME + path, method=method)
    if token:
        request.add_header("Authorization", f"Bearer {token}")
    if body is not None:
        request.data = json.dumps(body).encode()
        request.add_header("Content-Type", "application/json")
        request.add_header("Idempotency-Key", hashlib.sha256(f"{os.getpid()} {path} {body}".encode()).hexdigest())
    with urllib.request.urlopen(request, timeout=30) as answer:
        text = answer.read().decode()
    return json.loads(text) if text.startswith(("{", "[")) else text.strip()


PEOPLE = call("GET", "/dev/people")
SHOP = PEOPLE["shops"][0]["merchant"]


def sign_in(who):
    """A token with the present roles; those of /dev/token are cached."""
    person = next(person for person in PEOPLE["people"] if person["as"] == who)
    words = {"email": person["email"], "password": person["password"]}
    return call("POST", "/identity/sessions", None, words)["access_token"]


TOKENS = {who: sign_in(who) for who in ("admin", "customer", "owner")}
CALLERS = {"admin": "admin", "merchant": "owner", "account": "customer", "public": "customer"}


def spare_shop():
    """A shop that may be restricted, shut down and closed: the other one has to stay open."""
    spare = call("POST", "/merchants/shops", TOKENS["owner"], {"name": "Spare & Co", "locale": "en"})["id"]
    # A fact tells identity a moment later that it is the owner's, and the next token says so.
    for _ in range(100):
        TOKENS["owner"] = sign_in("owner")
        claims = TOKENS["owner"].split(".")[1]
        if spare in base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)).decode():
            return spare
        time.sleep(0.1)
    raise SystemExit("the owner of a new shop was not told so")


def settle():
    """Makes one thing of each kind."""
    owner = TOKENS["owner"]
    products = f"/catalog/merchants/{SHOP}/products"
    new = {"locale": "en", "title": "Sea chart", "categories": []}
    product = call("POST", products, owner, new)["id"]
    variant = {"kind": "physical", "sku": "CHART-1"}
    variant = call("POST", f"{products}/{product}/variants", owner, variant)["variants"][0]["id"]
    price = {"price": {"amount": 1250, "currency": "EUR"}}
    call("POST", f"{products}/{product}/variants/{variant}/price", owner, price)
    for step in ("propose", "publish"):
        call("POST", f"{products}/{product}/{step}", owner, {})
    line = {"variant": variant, "quantity": 1, "currency": "EUR"}
    cart = call("POST", "/cart/lines", None, line)["cart"]
    # A draft, for operations that change or delete it.
    draft = call("POST", products, owner, {**new, "title": "Sextant"})["id"]
    drafted = {"kind": "physical", "sku": "SEXTANT-1"}
    drafted = call("POST", f"{products}/{draft}/variants", owner, drafted)["variants"][0]["id"]
    return {
        "merchant": [SHOP],
        "spare": [spare_shop()],
        "product": [product, draft],
        "variant": [variant, drafted],
        "line": [variant],
        "X-Cart": [cart],
        "If-Match": ["*", '"1"', '"7-5d41402abc4b2a76"'],
    }


def settled():
    """The things, made once per market: each room is tried by a process of its own."""
    kept = os.environ.get("SNAIL_SETTLED")
    if not kept:
        return settle()
    if not os.path.exists(kept):
        with open(kept, "w") as file:
            json.dump(settle(), file)
    TOKENS["owner"] = sign_in("owner")
    with open(kept) as file:
        return json.load(file)


KNOWN = settled()


@schemathesis.auth(refresh_interval=None)
class Signed:
    """The caller of an operation is the one of its tag."""

    def get(self, case, context):
        return CALLERS.get(case.operation.tags[0])

    def set(self, case, who, context):
        if who and "X-Cart" not in (case.headers or {}):
            case.headers["Authorization"] = f"Bearer {TOKENS[who]}"


def is_good(case, where):
    """Whether this part of a request is meant to fit. Examples have no metadata."""
    part = case.meta and case.meta.components.get(where)
    return part is None or part.mode is GenerationMode.POSITIVE


# A key with another body is refused before the body is read, so each request has its own.
KEYS = itertools.count()


def as_written(value):
    """JSON Schema calls 1.0 an integer, and no room does, so it becomes 1."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {name: as_written(member) for name, member in value.items()}
    return [as_written(member) for member in value] if isinstance(value, list) else value


@schemathesis.hook
def before_call(context, case, kwargs):
    if is_good(case, ParameterLocation.BODY):
        case.body = as_written(case.body)
    for where, values in (
        (ParameterLocation.PATH, case.path_parameters),
        (ParameterLocation.QUERY, case.query),
        (ParameterLocation.HEADER, case.headers),
    ):
        if not values or not is_good(case, where):
            continue
        for name in list(values):
            if name in KNOWN:
                kind = "spare" if name == "merchant" and rules.is_hard_on_a_shop(case.operation) else name
                values[name] = known(kind, values[name])
            elif name in rules.LEFT_OUT:
                del values[name]
            elif name == "Idempotency-Key":
                values[name] = f"{os.getpid()}-{next(KEYS)}"


def known(name, made_up):
    """An existing id, or the generated one in a quarter of the cases where that is allowed."""
    choice = hashlib.sha256(str(made_up).encode()).digest()[0]
    ours = KNOWN[name]
    return made_up if choice % 4 == 0 and name not in rules.ALWAYS_OURS else ours[choice % len(ours)]


@schemathesis.hook
def filter_failure(context, failure, case, response):
    return not rules.explains(failure, case, response)
