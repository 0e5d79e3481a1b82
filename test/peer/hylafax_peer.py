#!/usr/bin/env python3
"""A fax server that speaks as HylaFAX's hfaxd 6.0.7 was recorded speaking (replies word for word), for the ends of a job that
need a telephone line. How a job goes is chosen by the number dialled, by its last two digits:

    00 done   01 failed, no answer   02 kill time over   03 rejected at submission   04 killed by a person   05 sleeps
    06 blocked   07 cannot be converted   08 no formatter   09 hangs up at JSUBM after queueing   10 hangs up at JSUBM before queueing

Jobs end as soon as they are looked at. Prints the port; every document stored is kept as DIR/docN.pdf.

    hylafax_peer.py DIR"""
import os, re, socket, socketserver, sys, threading

folder = sys.argv[1]
os.makedirs(folder, exist_ok=True)
jobs, lock, docs = {}, threading.Lock(), [0]
ends = {"00": ("DONE", "", "000"), "01": ("FAILED", "No answer from remote", "126"), "02": ("FAILED", "Kill time expired", "325"),
        "03": ("FAILED", "REJECT: Unable to convert dial string to canonical format", "331"),
        "04": ("FAILED", "Job aborted by request", "345"), "05": ("SLEEPING", "Busy signal detected", "116"),
        "06": ("BLOCKED", "Blocked by concurrent calls", "334"),
        "07": ("FAILED", "Converted document is not valid TIFF", "314"), "08": ("FAILED", "No formatter for document", "312"),
        "09": ("DONE", "", "000"), "10": ("SUSPENDED", "", "000")}
letters = {"DONE": "D", "FAILED": "F", "SLEEPING": "S", "BLOCKED": "B", "SUSPENDED": "T"}


class Peer(socketserver.StreamRequestHandler):
    def say(self, text):
        self.wfile.write(text.encode() + b"\r\n")

    def handle(self):
        self.say("220 peer server (HylaFAX (tm) Version 6.0.7) ready.")
        job = data = None
        while line := self.rfile.readline().decode("latin1").strip():
            verb, _, rest = line.partition(" ")
            if verb == "USER":
                self.say(f"230 User {rest} logged in.")
            elif verb in ("TZONE", "TYPE", "MODE", "FORM", "JOBFMT"):
                self.say(f"200 {verb} command successful.")
            elif verb == "EPSV":
                data = socket.create_server(("127.0.0.1", 0))
                self.say(f"229 Entering Extended Passive Mode (|||{data.getsockname()[1]}|)")
            elif verb == "STOT":
                docs[0] += 1
                name = f"doc{docs[0]}.pdf"
                self.say(f"150 FILE: /tmp/{name} (Opening new data connection).")
                conn = data.accept()[0]
                with open(f"{folder}/{name}", "wb") as f:
                    while part := conn.recv(65536):
                        f.write(part)
                self.say(f"226 Transfer complete (FILE: /tmp/{name}).")
            elif verb == "LIST":
                self.say(f'150 Opening new data connection for "{rest}".')
                conn = data.accept()[0]
                done = rest == "doneq"
                for number, j in jobs.items():
                    state = ends[j["DIALSTRING"][-2:]][0]
                    if j["in"] and (state in ("DONE", "FAILED")) == done:
                        conn.sendall(f"{number}|{j['JOBINFO']}|{letters[state]}\n".encode())
                conn.close()
                self.say("226 Transfer complete.")
            elif verb == "JNEW":
                with lock:
                    number = len(jobs) + 1
                    job = jobs[number] = {"in": False, "number": number}
                self.say(f"200 New job created: jobid: {number} groupid: {number}.")
            elif verb == "JOB":
                job = jobs.get(int(rest))
                if job and job["in"]:
                    self.say(f"200 Current job: jobid: {rest} groupid: {rest}.")
                else:
                    self.say(f"500 Cannot set job {rest}; job does not exist (No such file or directory).")
            elif verb == "JPARM":
                self.parameter(job, rest)
            elif verb == "JSUBM":
                end = job["DIALSTRING"][-2:]
                job["in"] = end != "10"
                if end in ("09", "10"):
                    return
                if end == "03":
                    self.say(f"460 Failed to submit job {job['number']}: Unspecified reason (scheduler NAK'd request).")
                else:
                    self.say(f"200 Job {job['number']} submitted.")
            elif verb == "QUIT":
                self.say("221 Goodbye.")
                return
            else:
                self.say(f"500 {verb}: Command not recognized.")

    def parameter(self, job, rest):
        name, _, value = rest.partition(" ")
        value = re.sub(r'^"|"$', "", value)
        state, status, code = ends.get(job.get("DIALSTRING", "00")[-2:], ends["00"])
        shown = {"STATE": state, "STATUS": status, "STATUSCODE": code, "NPAGES": "1", "TOTPAGES": "1", "TOTTRIES": "1",
                 "TOTDIALS": "1", "COMMID": "000000042", "JOBINFO": job.get("JOBINFO", "")}
        if name == "DOCUMENT":
            self.say(f"200 Added document {value} as docq/{os.path.basename(value)}.{job['number']}.")
        elif value:
            job[name] = value
            self.say(f'213 {name} set to "{value}".')
        else:
            self.say("213 " + shown.get(name, ""))


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True


server = Server(("127.0.0.1", 0), Peer)
print(server.server_address[1], flush=True)
server.serve_forever()
