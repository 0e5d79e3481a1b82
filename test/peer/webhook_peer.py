#!/usr/bin/env python3
"""A receiver of webhooks for tests: checks the Standard Webhooks signature by itself (HMAC from Python's own library) and
answers what the path asks for: /ok 204, /status/NNN that code, /later 503 with Retry-After, /move 302, /drop hangs up after
the request. Prints the port, then one JSON line a request on standard output.

    webhook_peer.py SECRET"""
import base64, hashlib, hmac, http.server, json, sys, time

secret = sys.argv[1]
key = base64.b64decode(secret[6:]) if secret.startswith("whsec_") else secret.encode()


class Peer(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        ident, stamp = self.headers.get("webhook-id", ""), self.headers.get("webhook-timestamp", "")
        want = base64.b64encode(hmac.new(key, f"{ident}.{stamp}.".encode() + body, hashlib.sha256).digest()).decode()
        signed = any(hmac.compare_digest("v1," + want, s) for s in self.headers.get("webhook-signature", "").split())
        event = json.loads(body)
        good = event["specversion"] == "1.0" and event["id"] == ident and all(k in event for k in ("source", "type"))
        print(json.dumps({"path": self.path, "id": ident, "timestamp": int(stamp), "signed": signed, "event": good,
                          "type": self.headers.get("Content-Type"), "body": event}), flush=True)
        if self.path == "/drop":
            self.connection.close()
            return
        code = 204 if self.path == "/ok" else 302 if self.path == "/move" else 503 if self.path == "/later" else \
            int(self.path.rsplit("/", 1)[1])
        if not (signed and good):
            code = 401
        self.send_response(code)
        if self.path == "/later":
            self.send_header("Retry-After", "120")
        if self.path == "/move":
            self.send_header("Location", "/ok")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Peer)
print(server.server_port, flush=True)
server.serve_forever()
