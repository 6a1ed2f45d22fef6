"""The deployed market as a program meets it: its address, its people, and what rooms sign.

`localstack/journey`, `localstack/seed` and `localstack/token` are made of this; whoever imports
it goes on under the Python of the pinned tools, which knows Ed25519. Run by itself it prints what
`localstack/up` tells the stack to believe, as parameters of the template.

Tokens are signed by an issuer of our own, whose seed lies under `keys/` in the state directory,
readable by its owner alone. A room sees no difference to a real one: it has the public key.
"""

import base64
import hashlib
import hmac
import http.client
import json
import os
import pathlib
import secrets
import subprocess
import sys
import time
import urllib.parse
import uuid
import zlib

TOOLS = pathlib.Path(os.environ.get("SNAIL_TOOLS") or pathlib.Path.home() / ".cache/snail/tools")
if pathlib.Path(sys.prefix) != TOOLS / "cli":
    python = str(TOOLS / "cli/bin/python3")
    if not os.path.exists(python):
        sys.exit("The tools are not installed yet; run localstack/tools first.")
    os.execv(python, [python, "-B", *sys.argv])

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: E402
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat  # noqa: E402

HOME = pathlib.Path(__file__).resolve().parent.parent
STATE = HOME / (os.environ.get("SNAIL_STATE") or ".snail/emulator")

ISSUER = AUDIENCE = "snail"
KID = "laptop"
LIFETIME = 600  # seconds, as the house believes tokens
DAY = 24 * 3600


class Surprise(Exception):
    """The market answered otherwise than its contract says."""


# ------------------------------------------------------------------------- asking over HTTP


class Answer:
    """What came back: status, headers by lower-case name, body, and JSON when it is some."""

    def __init__(self, asked, status, headers, body):
        self.asked, self.status, self.headers, self.body = asked, status, headers, body

    @property
    def json(self):
        try:
            return json.loads(self.body)
        except ValueError:
            raise Surprise(f"not JSON: {self}") from None

    def __str__(self):
        return f"{self.asked}\n  answered {self.status} {self.body[:2000].decode(errors='replace')}"

    def expect(self, status, code=None, **fields):
        """This status, this problem code, and these members of the JSON; then the answer again."""
        if self.status != status:
            raise Surprise(f"expected {status}: {self}")
        if code is not None and self.json.get("code") != code:
            raise Surprise(f"expected the problem {code}: {self}")
        for name, wanted in fields.items():
            if self.json.get(name) != wanted:
                raise Surprise(f"expected {name} to be {wanted!r}: {self}")
        return self


def send(method, url, body=None, headers=None):
    """One HTTP request to any address, presigned ones included."""
    where = urllib.parse.urlsplit(url)
    kind = http.client.HTTPSConnection if where.scheme == "https" else http.client.HTTPConnection
    connection = kind(where.hostname, where.port, timeout=60)
    try:
        target = urllib.parse.urlunsplit(("", "", where.path or "/", where.query, ""))
        connection.request(method, target, body, headers or {})
        reply = connection.getresponse()
        named = {name.lower(): value for name, value in reply.getheaders()}
        said = f" {body[:500].decode(errors='replace')}" if body else ""
        return Answer(f"{method} {url}{said}", reply.status, named, reply.read())
    finally:
        connection.close()


class Market:
    """The market at one address. `say` asks once and answers whatever came back."""

    def __init__(self, address=None):
        self.address = (address or of_stack("output_of_stack ApiUrl")).rstrip("/")

    def say(self, method, path, body=None, token=None, api_key=None, once=None, headers=None):
        """`once` is an idempotency key; a body that is no bytes is sent as JSON."""
        headers = dict(headers or {})
        if token:
            headers["authorization"] = f"Bearer {token}"
        if api_key:
            headers["x-api-key"] = api_key
        if once:
            headers["idempotency-key"] = once
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
        if body is not None:
            headers.setdefault("content-type", "application/json")
        return send(method, self.address + path, body, headers)

    def ask(self, room, operation, body):
        """Asks as one of the rooms, signed for this operation in the manner of Standard Webhooks."""
        named, moment = f"{room}/{operation}:{fresh()}", str(int(time.time()))
        body = json.dumps(body).encode()
        signed = b".".join([named.encode(), moment.encode(), body])
        signatures = [hmac.new(key, signed, hashlib.sha256).digest() for key in ask_keys()]
        headers = {
            "webhook-id": named,
            "webhook-timestamp": moment,
            "webhook-signature": " ".join(f"v1,{base64.b64encode(one).decode()}" for one in signatures),
        }
        return self.say("POST", f"/{room}/asks/{operation}", body, headers=headers)

    def send_file(self, merchant, token, file, kind="csv"):
        """Imports a file of products as its merchant would, and answers with what became of it."""
        wish = {"format": kind, "bytes": len(file), "sha256": hashlib.sha256(file).hexdigest()}
        place = f"/catalog/merchants/{merchant}/imports"
        given = self.say("POST", place, wish, token=token, once=fresh()).expect(201).json
        upload = given["upload"]
        send(upload["method"], upload["url"], file, upload["headers"]).expect(200)

        def ended():
            now = self.say("GET", f"{place}/{given['import']['id']}", token=token).expect(200)
            return now if now.json["state"] in ("finished", "refused") else None

        return eventually("the import's end", ended, within=60).expect(200, state="finished").json


def eventually(what, probe, within=30.0):
    """What `probe` returns once it is true; facts and timers need a moment."""
    deadline, pause = time.monotonic() + within, 0.1
    while True:
        seen = probe()
        if seen:
            return seen
        if time.monotonic() > deadline:
            raise Surprise(f"{what} did not come within {within:g} s")
        time.sleep(pause)
        pause = min(pause * 1.5, 1.0)


def fresh():
    """An idempotency key, or the id of an ask, that nobody has used."""
    return str(uuid.uuid4())


def of_stack(command):
    """What a command of `localstack/tools` prints about the deployed stack."""
    script = f". localstack/tools && {command}"
    found = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=False, cwd=HOME)
    said = found.stdout.strip()
    if found.returncode or said in ("", "None"):
        sys.exit(f"No market is deployed; run localstack/up first.\n{found.stderr}")
    return said


def ask_keys(kept=[]):
    """The keys that rooms sign with: read once, as a room does at its start."""
    if not kept:
        name = '"$STACK-ask" --query SecretString --output text'
        secret = of_stack(f"emulated secretsmanager get-secret-value --secret-id {name}")
        kept.extend(base64.b64decode(key.strip()) for key in secret.split(","))
    return kept


# --------------------------------------------------------------------------- who lives here

CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"
BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
PARTS = ("admin", "owner", "manager", "clerk", "customer")


def spell(prefix, number):
    """An id of ours: a prefix and the 128 bits in 26 characters."""
    return f"{prefix}_" + "".join(CROCKFORD[number >> shift & 31] for shift in range(125, -1, -5))


def fixed(prefix, kind, number):
    """An id of the demo: the same on every machine and every host."""
    new_year = 1_767_225_600_000
    return spell(prefix, (new_year << 16 | 0x7000) << 64 | 1 << 63 | kind << 48 | number)


def new_merchant():
    """The id of a shop that nobody has seen."""
    moment = time.time_ns() // 1_000_000
    return spell("mer", (moment << 16 | 0x7000) << 64 | 2 << 62 | secrets.randbits(62))


HARBOUR_GOODS = fixed("mer", 1, 1)


def kept(name, make):
    """A secret of this market: made once, for its owner alone."""
    file = STATE / "keys" / name
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        draft = file.with_suffix(".new")
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as writing:
            writing.write(make())
        draft.rename(file)
    return file.read_text().strip()


def signer():
    return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(kept("token-seed", lambda: secrets.token_hex(32))))


def url64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def token(part, merchant=HARBOUR_GOODS):
    """A fresh access token of somebody who plays this part, in that shop if it is played in one."""
    in_shop = part in ("owner", "manager", "clerk")
    number = int.from_bytes(hashlib.sha256(f"{part} {merchant if in_shop else ''}".encode()).digest()[:6])
    says = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "exp": int(time.time()) + LIFETIME,
        "sub": fixed("acc", 2, number),
        "session": "laptop",
        "roles": ["admin" if part == "admin" else "customer"],
        "merchants": {merchant: part} if in_shop else {},
    }
    header = {"alg": "EdDSA", "typ": "at+jwt", "kid": KID}
    signed = ".".join(url64(json.dumps(one).encode()) for one in (header, says))
    return f"{signed}.{url64(signer().sign(signed.encode()))}"


def api_key():
    """The key of Harbour Goods' program."""

    def mint():
        body = "snk_" + "_".join("".join(secrets.choice(BASE62) for _ in range(n)) for n in (8, 32))
        rest, checksum = zlib.crc32(body.encode()), ""
        for _ in range(6):
            rest, digit = divmod(rest, 62)
            checksum = BASE62[digit] + checksum
        return f"{body}_{checksum}"

    return kept("api-key", mint)


def believed():
    """What the stack is told to believe: our public key, and the digest of the program's key."""
    public = signer().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    key = {"kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": KID, "x": url64(public)}
    digest = hashlib.sha256(api_key().encode()).hexdigest()
    # Counted from the key's birth, so that the next deployment has nothing to change.
    end = (STATE / "keys/api-key").stat().st_mtime + 365 * DAY
    entry = {
        "id": fixed("key", 3, 1),
        "digest": digest,
        "scopes": ["catalog:write", "inventory:write", "loms:read"],
        "tier": "business",
        "merchant": HARBOUR_GOODS,
        "expires_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(end)),
    }
    return {
        "AuthJwks": json.dumps({"keys": [key]}, separators=(",", ":")),
        "AuthIssuer": ISSUER,
        "AuthAudience": AUDIENCE,
        "ApiKeyRing": json.dumps([entry], separators=(",", ":")),
    }


if __name__ == "__main__":
    for parameter, value in believed().items():
        print(f"{parameter}={value}")
