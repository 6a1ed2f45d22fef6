"""A client of the deployed market: its address, its people and their mail.

`localstack/journey`, `localstack/seed` and `localstack/token` use it; importing it restarts the
script under the Python of the pinned tools, which has the AWS client.

The people have ordinary accounts. `snail admin` makes the first admin; all others register, read a
letter and sign in. No room sends mail yet, so a letter is read as a mail room will: a fact names it,
and the room that published the fact is asked for its text. Passwords of the demo are under `keys/`
in the state directory, readable by its owner alone.
"""

import hashlib
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

TOOLS = pathlib.Path(os.environ.get("SNAIL_TOOLS") or pathlib.Path.home() / ".cache/snail/tools")
if pathlib.Path(sys.prefix) != TOOLS / "cli":
    python = str(TOOLS / "cli/bin/python3")
    if not os.path.exists(python):
        sys.exit("The tools are not installed yet; run localstack/tools first.")
    os.execv(python, [python, "-B", *sys.argv])

import botocore.session  # noqa: E402

HOME = pathlib.Path(__file__).resolve().parent.parent
STATE = HOME / (os.environ.get("SNAIL_STATE") or ".snail/emulator")
STACK = os.environ.get("STACK") or "snail"
ENDPOINT = os.environ.get("AWS_ENDPOINT_URL") or "http://localhost:4566"
REGION = os.environ.get("AWS_REGION") or "us-east-1"

MARGIN = 60  # the least seconds for which a token must be valid


class Surprise(Exception):
    """The market's answer differs from its contract."""


# ------------------------------------------------------------------------- asking over HTTP


class Answer:
    """An answer: status, headers by lower-case name, body, and JSON if it is JSON."""

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
        """Asserts the status, the problem code and members of the JSON; returns the answer."""
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
    """The market at one address. `say` sends one request and returns its answer."""

    def __init__(self, address=None):
        self.address = (address or of_stack("output_of_stack ApiUrl")).rstrip("/")
        self.letters = {}

    def say(self, method, path, body=None, token=None, api_key=None, once=None, headers=None):
        """`once` is an idempotency key; a body that is not bytes is sent as JSON."""
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
        """Asks as a room does: by invoking the function of the other room."""
        function = f"{STACK}-{room}-api"
        payload = json.dumps({"ask": operation, "id": fresh(), "body": body}).encode()
        answer = json.loads(aws("lambda").invoke(FunctionName=function, Payload=payload)["Payload"].read())
        return Answer(f"{operation} of {room}", answer["status"], {}, json.dumps(answer["body"]).encode())

    def letter(self, to, purpose):
        """The letter of a kind to an e-mail, once it is written; each is given out once."""

        def arrived():
            for room in ("identity", "merchants"):
                for name in named_letters(room):
                    if name not in self.letters:
                        answer = self.ask(room, "letter", {"letter": name})
                        self.letters[name] = answer.json if answer.status == 200 else None
            found = [name for name, one in self.letters.items() if one and (one["to"], one["purpose"]) == (to, purpose)]
            return found[-1] if found else None

        name = eventually(f"the letter {purpose} to {to}", arrived)
        letter, self.letters[name] = self.letters[name], None
        return letter["token"]

    def send_file(self, merchant, token, file, kind="csv"):
        """Imports a file of products as its merchant would, and returns the finished import."""
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
    """A new idempotency key, or id of an ask."""
    return str(uuid.uuid4())


def of_stack(command):
    """What a command of `localstack/tools` prints about the deployed stack."""
    script = f". localstack/tools && {command}"
    found = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=False, cwd=HOME)
    said = found.stdout.strip()
    if found.returncode or said in ("", "None"):
        sys.exit(f"No market is deployed; run localstack/up first.\n{found.stderr}")
    return said


def aws(service):
    """A client of the emulator. Its credentials are not valid on AWS."""
    session = botocore.session.get_session()
    return session.create_client(
        service, region_name=REGION, endpoint_url=ENDPOINT, aws_access_key_id="test", aws_secret_access_key="test"
    )


def named_letters(room):
    """The letters that the facts of a room name now. A fact stays in its item until the next change, so a
    letter must be looked for at once."""
    pages = aws("dynamodb").get_paginator("scan").paginate(
        TableName=f"{STACK}-{room}", FilterExpression="attribute_exists(emits)", ProjectionExpression="emits"
    )
    for page in pages:
        for item in page["Items"]:
            for fact in json.loads(item["emits"]["S"]):
                yield from [fact["data"]["letter"]] if "letter" in fact["data"] else fact["data"].get("letters", [])


# --------------------------------------------------------------------------- people of the demo

PARTS = ("admin", "operator", "owner", "manager", "clerk", "customer")
SHOP = {"name": "Harbour Goods", "slug": "harbour-goods"}


class Book:
    """The passwords of the demo: made up once, readable by their owner alone."""

    def __init__(self):
        self.file = STATE / "keys/people.json"
        self.knows = json.loads(self.file.read_text()) if self.file.exists() else {}

    def note(self, name, value):
        self.knows[name] = value
        self.file.parent.mkdir(parents=True, exist_ok=True)
        draft = self.file.with_suffix(".new")
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as writing:
            json.dump(self.knows, writing, indent=2)
        draft.rename(self.file)
        return value


class Person:
    """A person with an account. A session begins when it is needed and is renewed before another begins."""

    def __init__(self, market, email, password=None):
        self.market, self.email = market, email
        self.password = password or secrets.token_urlsafe(16)
        self.session, self.ends = None, 0

    def register(self):
        """Makes the account and confirms its e-mail."""
        wish = {"email": self.email, "password": self.password, "locale": "en"}
        self.market.say("POST", "/identity/accounts", wish).expect(202)
        token = self.market.letter(self.email, "confirm_email")
        self.market.say("POST", "/identity/email/confirm", {"token": token}).expect(200, state="confirmed")
        return self

    def may_sign_in(self):
        answer = self.market.say("POST", "/identity/sessions", {"email": self.email, "password": self.password})
        if answer.status == 401:
            return False
        self.begin(answer.expect(201).json)
        return True

    def begin(self, session):
        self.session, self.ends = session, time.time() + session["expires_in"]

    def renew(self):
        """Gets a token with the present roles."""
        wish = {"refresh_token": self.session["refresh_token"]}
        self.begin(self.market.say("POST", "/identity/sessions/refresh", wish).expect(200).json)

    @property
    def token(self):
        if self.session is None:
            if not self.may_sign_in():
                raise Surprise(f"{self.email} may not sign in")
        elif self.ends < time.time() + MARGIN:
            self.renew()
        return self.session["access_token"]

    def say(self, method, path, body=None, **more):
        return self.market.say(method, path, body, token=self.token, **more)

    def do(self, path, body=None, **more):
        """A command with an idempotency key of its own."""
        return self.say("POST", path, body, once=fresh(), **more)

    def me(self):
        return self.say("GET", "/identity/me").expect(200).json

    def works_in(self, shop, role):
        """Waits until identity knows the role, so that the next token has it."""
        eventually(f"the place of {self.email}", lambda: self.me()["shops"].get(shop) == role)
        self.renew()
        return self


def appoint(market, email, known=None):
    """The admin with this e-mail. The first one comes from the command line of a host."""
    person = Person(market, email, known)
    if known and person.may_sign_in():
        return person
    said = of_stack(f'snail admin {email} --endpoint "$AWS_ENDPOINT_URL" --stack "$STACK"')
    told = dict(line.split(maxsplit=1) for line in said.splitlines() if line.startswith("password "))
    if "password" not in told:
        sys.exit(f"{email} is an admin of this market with an unknown password.\n{said}")
    return Person(market, email, told["password"])


def open_shop(owner, boss, shop):
    """Opens a shop: texts, documents and the market's approval."""
    wish = {"locale": "en", "description": "Useful things for a life by the sea.", **shop}
    opened = owner.do("/merchants/shops", wish).expect(201, state="draft").json["id"]
    own = f"/merchants/{opened}"
    owner.works_in(opened, "owner")
    owner.do(f"{own}/legal", {"name": f"{shop['name']} Lda.", "country": "PT"}).expect(200)
    owner.do(f"{own}/contact", {"email": owner.email}).expect(200)
    paper = f"%PDF-1.4\n% Register extract of {shop['name']}\n%%EOF\n".encode()
    wish = {
        "kind": "register_extract",
        "content_type": "application/pdf",
        "bytes": len(paper),
        "sha256": hashlib.sha256(paper).hexdigest(),
    }
    upload = owner.do(f"{own}/documents", wish).expect(201).json["upload"]
    send(upload["method"], upload["url"], paper, upload["headers"]).expect(200)

    def received():
        papers = owner.say("GET", own).expect(200).json["documents"]
        return any(one["state"] == "received" for one in papers)

    eventually("the paper", received)
    owner.do(f"{own}/submit").expect(200, state="submitted")
    boss.do(f"/merchants/admin/shops/{opened}/approve").expect(200, state="active")
    return opened


def hire(owner, shop, person, role):
    """The owner invites a person by mail, who accepts."""
    owner.do(f"/merchants/{shop}/invitations", {"email": person.email, "role": role}).expect(201)
    letter = person.market.letter(person.email, "invitation")
    person.do("/merchants/invitations/accept", {"token": letter}).expect(201, role=role)
    return person.works_in(shop, role)


def email_of(part):
    """The e-mail of a person of the demo."""
    return f"{part}@{'harbour' if part in ('owner', 'manager', 'clerk') else 'snail'}.example"


def resident(market, part, book):
    """A person of the demo, who has an account."""
    password = book.knows.get(email_of(part)) or sys.exit("The demo has no people yet; run localstack/seed first.")
    return Person(market, email_of(part), password)


def move_in(market):
    """The people of the demo, by part, and their shop; missing ones are made now."""
    book, people = Book(), {}
    boss = people["admin"] = appoint(market, email_of("admin"), book.knows.get(email_of("admin")))
    book.note(boss.email, boss.password)
    for part in PARTS[1:]:
        person = people[part] = Person(market, email_of(part), book.knows.get(email_of(part)))
        book.note(person.email, person.password)
        if not person.may_sign_in():
            person.register()
    if "operator" not in people["operator"].me()["roles"]:
        found = boss.say("POST", "/identity/admin/accounts/find", {"email": email_of("operator")}).expect(200)
        boss.do(f"/identity/admin/accounts/{found.json['id']}/grant-role", {"role": "operator"}).expect(200)
    mine = people["owner"].say("GET", "/merchants/mine").expect(200).json["items"]
    shop = next((one["id"] for one in mine if one["slug"] == SHOP["slug"]), None)
    shop = book.note("shop", shop or open_shop(people["owner"], boss, SHOP))
    for part in ("manager", "clerk"):
        if shop not in people[part].me()["shops"]:
            hire(people["owner"], shop, people[part], part)
    return people, shop
