#!/usr/bin/env python3
"""Checks a proof bundle or an export of the ledger after docs/ledger.md, sharing no code with the program.

    verify.py [--key VERIFIERKEY] FILE

Prints one line a step; exit status 0 when all is good, 1 when something is wrong, 2 when the file cannot be read.
Only the standard library; Ed25519 (RFC 8032 section 5.1) is written out below. It is not made to be fast."""
import base64
import binascii
import hashlib
import json
import sys

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
SQRT_MINUS_1 = pow(2, (P - 1) // 4, P)


class Wrong(Exception):
    pass


# ---- Ed25519 ---------------------------------------------------------------------------------------------

def recover_x(y, sign):
    if y >= P:
        raise Wrong("a point of the curve is out of range")
    xx = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(xx, (P + 3) // 8, P)
    if (x * x - xx) % P:
        x = x * SQRT_MINUS_1 % P
    if (x * x - xx) % P or (x == 0 and sign):
        raise Wrong("not a point of the curve")
    return P - x if x & 1 != sign else x


BASE_Y = 4 * pow(5, P - 2, P) % P
BASE_X = recover_x(BASE_Y, 0)
BASE = (BASE_X, BASE_Y, 1, BASE_X * BASE_Y % P)


def add(p, q):
    a = (p[1] - p[0]) * (q[1] - q[0]) % P
    b = (p[1] + p[0]) * (q[1] + q[0]) % P
    c = 2 * p[3] * q[3] * D % P
    d = 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def multiply(n, p):
    q = (0, 1, 1, 0)
    while n:
        if n & 1:
            q = add(q, p)
        p = add(p, p)
        n >>= 1
    return q


def decode(b):
    y = int.from_bytes(b, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    x = recover_x(y, sign)
    return (x, y, 1, x * y % P)


def ed25519_verify(public, message, signature):
    if len(public) != 32 or len(signature) != 64:
        return False
    try:
        a, r = decode(public), decode(signature[:32])
    except Wrong:
        return False
    s = int.from_bytes(signature[32:], "little")
    if s >= L:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % L
    left, right = multiply(s, BASE), add(r, multiply(h, a))
    return ((left[0] * right[2] - right[0] * left[2]) % P == 0
            and (left[1] * right[2] - right[1] * left[2]) % P == 0)


# ---- hashes ----------------------------------------------------------------------------------------------

def sha256(b):
    return hashlib.sha256(b).digest()


def unbase64(text):
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError, TypeError):
        raise Wrong("not base64")
    if base64.b64encode(raw).decode() != text:
        raise Wrong("base64 is not in its one form")
    return raw


def commitment_of(salt, event):
    return sha256(b"sallyport event v1\n" + salt + event)


def leaf_of(commitment):
    return sha256(b"\x00" + commitment)


def node(left, right):
    return sha256(b"\x01" + left + right)


def root_by_path(leaf, index, size, path):
    """The root that the path leads to: from the top down we know at each level which side the leaf is on."""
    sides = []
    while size > 1:
        k = 1
        while k * 2 < size:
            k *= 2
        if index < k:
            sides.append("left")
            size = k
        else:
            sides.append("right")
            index -= k
            size -= k
    if len(sides) != len(path):
        raise Wrong("the path has %d hashes, %d belong there" % (len(path), len(sides)))
    h = leaf
    for side, sibling in zip(reversed(sides), path):
        h = node(h, sibling) if side == "left" else node(sibling, h)
    return h


class Tree:
    """Grows by leaves; holds one hash for each full subtree of the right edge."""

    def __init__(self):
        self.size, self.peaks = 0, []

    def append(self, leaf):
        level, h = 0, leaf
        while self.peaks and self.peaks[-1][0] == level:
            h = node(self.peaks.pop()[1], h)
            level += 1
        self.peaks.append((level, h))
        self.size += 1

    def root(self):
        if not self.peaks:
            return sha256(b"")
        h = self.peaks[-1][1]
        for _, left in reversed(self.peaks[:-1]):
            h = node(left, h)
        return h


# ---- signed notes ----------------------------------------------------------------------------------------

def parse_key(text):
    parts = text.strip().split("+", 2)
    if len(parts) != 3:
        raise Wrong("not a verifier key")
    name, key_id, typed = parts[0], bytes.fromhex(parts[1]), unbase64(parts[2])
    if len(typed) != 33 or typed[0] != 1:
        raise Wrong("not an Ed25519 key")
    if sha256(name.encode() + b"\n" + typed)[:4] != key_id:
        raise Wrong("the key's id is wrong")
    return name, key_id, typed[1:]


def open_note(note, key):
    name, key_id, public = parse_key(key)
    at = note.rfind("\n\n")
    if at < 0 or not note.endswith("\n"):
        raise Wrong("not a signed note")
    text, good = note[:at + 1], False
    for line in note[at + 2:-1].split("\n"):
        dash, signer, blob = (line.split(" ") + ["", "", ""])[:3]
        if dash != "\u2014" or line.count(" ") != 2:
            raise Wrong("not a signature line")
        raw = unbase64(blob)
        if signer != name or raw[:4] != key_id:
            continue
        if not ed25519_verify(public, text.encode(), raw[4:]):
            raise Wrong("the signature is wrong")
        good = True
    if not good:
        raise Wrong("not signed by " + name)
    lines = text[:-1].split("\n")
    if len(lines) < 3 or lines[0] != name or str(int(lines[1])) != lines[1] or "" in lines:
        raise Wrong("not a checkpoint")
    root = unbase64(lines[2])
    if len(root) != 32:
        raise Wrong("not a root")
    return int(lines[1]), root


# ---- events ----------------------------------------------------------------------------------------------

def no_duplicates(pairs):
    if len({k for k, _ in pairs}) != len(pairs):
        raise Wrong("a member stands twice")
    return dict(pairs)


class Number(str):
    """A number as it stands; fractions keep their digits."""


def canonical(v):
    if isinstance(v, Number):
        return str(v)
    if v is None or isinstance(v, (bool, int)):
        return json.dumps(v)
    if isinstance(v, str):
        short = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
        return '"' + "".join(short.get(c) or ("\\u%04x" % ord(c) if c < " " else c) for c in v) + '"'
    if isinstance(v, list):
        return "[" + ",".join(map(canonical, v)) + "]"
    items = sorted(v.items(), key=lambda kv: kv[0].encode())
    return "{" + ",".join(canonical(k) + ":" + canonical(x) for k, x in items) + "}"


def read_event(text):
    event = json.loads(text, object_pairs_hook=no_duplicates, parse_float=Number)
    if not isinstance(event, dict) or sorted(event) != ["actor", "at", "body", "case", "kind"]:
        raise Wrong("an event has five members")
    if canonical(event) != text:
        raise Wrong("the event is not in canonical form")
    return event


def check_item(item):
    """Commitment of a leaf; the event, or None when it was expunged."""
    commitment = unbase64(item["commitment"])
    if len(commitment) != 32:
        raise Wrong("not a commitment")
    if item["salt"] is None and item["event"] is None:
        return commitment, None
    salt = bytes.fromhex(item["salt"])
    if len(salt) != 16:
        raise Wrong("a salt has 16 bytes")
    if commitment_of(salt, item["event"].encode()) != commitment:
        raise Wrong("the commitment is not that of salt and event")
    return commitment, read_event(item["event"])


# ---- files -----------------------------------------------------------------------------------------------

def check_bundle(bundle, key):
    size, root = open_note(bundle["checkpoint"], key or bundle["key"])
    print("ok checkpoint of %d leaves" % size)
    if not bundle["events"]:
        raise Wrong("the bundle holds no event")
    for item in bundle["events"]:
        commitment, event = check_item(item)
        index = item["index"]
        if not 0 <= index < size:
            raise Wrong("leaf %d is not in the tree" % index)
        path = [unbase64(h) for h in item["path"]]
        if root_by_path(leaf_of(commitment), index, size, path) != root:
            raise Wrong("leaf %d is not in the signed tree" % index)
        if event and event["case"] not in (None, bundle["case"]):
            raise Wrong("leaf %d is of another case" % index)
        print("ok leaf %d %s" % (index, event["at"] + " " + event["kind"] if event else "expunged"))


def check_export(lines, key):
    head = json.loads(lines[0])
    key = key or head["key"]
    tree, signed = Tree(), 0
    for line in lines[1:]:
        item = json.loads(line, object_pairs_hook=no_duplicates)
        if "checkpoint" in item:
            size, root = open_note(item["checkpoint"], key)
            if size != tree.size or root != tree.root():
                raise Wrong("the checkpoint of %d leaves was signed over another tree" % size)
            signed = size
            print("ok checkpoint of %d leaves" % size)
            continue
        if item["index"] != tree.size:
            raise Wrong("leaf %r stands where leaf %d belongs" % (item["index"], tree.size))
        commitment, _ = check_item(item)
        tree.append(leaf_of(commitment))
    print("ok %d leaves, %d of them signed" % (tree.size, signed))


def main(args):
    key = None
    if args[:1] == ["--key"]:
        key, args = args[1], args[2:]
    if len(args) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    text = open(args[0], encoding="utf-8", newline="").read()
    try:
        first = json.loads(text.split("\n", 1)[0]) if text.startswith('{"') else {}
        if first.get("format") == "sallyport ledger v1":
            check_export(text.rstrip("\n").split("\n"), key)
        else:
            bundle = json.loads(text, object_pairs_hook=no_duplicates)
            if bundle["format"] != "sallyport proof v1":
                raise Wrong("not a proof bundle")
            check_bundle(bundle, key)
    except Wrong as why:
        print("WRONG " + str(why))
        return 1
    except (KeyError, TypeError, ValueError, AttributeError) as why:
        print("WRONG the file is malformed: %s %s" % (type(why).__name__, why))
        return 1
    print("good" if key else "good, under the key that the file itself names: compare it with the published one")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
