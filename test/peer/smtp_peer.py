#!/usr/bin/env python3
"""A mail relay for what a well-behaved server will not do on demand: STARTTLS with a fresh certificate, AUTH PLAIN, and
faults by the recipient's local part: later@ 451, never@ 550, after@ hangs up once the whole message came in, full@ 552 at its
end. Prints the port; messages go to DIR/message-N, the certificate to DIR/cert.pem. Login: sallyport / open-sesame.

    smtp_peer.py DIR"""
import asyncio, base64, os, ssl, subprocess, sys

folder = sys.argv[1]
os.makedirs(folder, exist_ok=True)
cert, key = folder + "/cert.pem", folder + "/key.pem"
subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext",
                "subjectAltName=DNS:localhost", "-keyout", key, "-out", cert], check=True, stderr=subprocess.DEVNULL)
tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
tls.load_cert_chain(cert, key)
count = 0


async def talk(reader, writer):
    global count
    secure = authed = False
    rcpt = ""

    def say(text):
        writer.write(text.encode() + b"\r\n")

    say("220 localhost ready")
    while line := (await reader.readline()).decode("latin1").strip():
        verb = line.upper()
        if verb.startswith("EHLO"):
            say("250-localhost\r\n250-8BITMIME\r\n" + ("250 AUTH PLAIN" if secure else "250 STARTTLS"))
        elif verb == "STARTTLS":
            say("220 go ahead")
            await writer.drain()
            try:
                await writer.start_tls(tls)
            except ssl.SSLError:  # the client did not like the certificate
                break
            secure = True
        elif verb.startswith("AUTH PLAIN"):
            token = line[10:].strip()
            if not token:
                say("334 ")
                token = (await reader.readline()).decode().strip()
            authed = base64.b64decode(token) == b"\0sallyport\0open-sesame"
            say("235 welcome" if authed else "535 no")
        elif verb.startswith("MAIL"):
            say("250 ok")
        elif verb.startswith("RCPT"):
            rcpt = line.split("<")[1].split("@")[0]
            say({"later": "451 4.3.0 come back", "never": "550 5.1.1 no such person"}.get(rcpt, "250 ok"))
        elif verb == "DATA":
            say("354 go on")
            data = b""
            while not data.endswith(b"\r\n.\r\n"):
                data += await reader.read(65536)
            if rcpt == "after":
                break
            count += 1
            with open(f"{folder}/message-{count}", "wb") as f:
                f.write(b"X-Peer: tls=%d auth=%d\r\n" % (secure, authed) + data)
            say("552 5.2.2 full" if rcpt == "full" else "250 2.0.0 queued as 12345")
        elif verb == "QUIT":
            say("221 bye")
            break
        else:
            say("502 what")
    writer.close()


async def main():
    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


asyncio.run(main())
