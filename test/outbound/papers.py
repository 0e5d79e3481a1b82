#!/usr/bin/env python3
"""The papers as other programs read them: qpdf finds no fault, the structure is whole (language, headings in order, heads in
every table, words for every figure, nothing on a page that is neither part of it nor decoration), the words come out in the
order of reading, and no ink and no word leaves the margins, whatever a form brings."""
import json, os, re, shutil, subprocess, sys, tempfile, unicodedata

LEFT, RIGHT, TOP, BOTTOM = 72, 540, 46, 792 - 25
writer = sys.argv[1]
missing = [t for t in ("qpdf", "pdfinfo", "pdftotext", "pdftoppm") if not shutil.which(t)]
if missing:
    print(f"1..1\nok 1 # SKIP no {', '.join(missing)}: install qpdf and poppler-utils")
    sys.exit(0)


def run(*args, **more):
    return subprocess.run(args, capture_output=True, check=more.pop("check", True), **more)


def text_of(value):
    """A string of qpdf's JSON."""
    return value[2:] if isinstance(value, str) and value.startswith("u:") else value


class Paper:
    def __init__(self, path):
        self.path, self.name, self.faults = path, os.path.basename(path)[:-4], []
        self.objects = json.loads(run("qpdf", "--json=2", "--json-stream-data=inline", "--decode-level=generalized", path).stdout)["qpdf"][1]
        self.root = self.get(self.objects["trailer"]["value"]["/Root"])
        self.elements = []
        self.walk(self.get(self.root.get("/StructTreeRoot", {})), 0)

    def fault(self, text):
        self.faults.append(f"{self.name}: {text}")

    def get(self, v):
        while isinstance(v, str) and re.fullmatch(r"\d+ \d+ R", v):
            o = self.objects["obj:" + v]
            v = o["value"] if "value" in o else o["stream"]["dict"]
        return v

    def kids(self, v):
        k = self.get(v.get("/K", []))
        return [self.get(x) for x in (k if isinstance(k, list) else [k])]

    def walk(self, v, depth):
        for k in self.kids(v):
            if isinstance(k, dict) and "/S" in k:
                self.elements.append((k["/S"][1:], k, depth))
                self.walk(k, depth + 1)

    def named(self, *names):
        return [(s, k) for s, k, _ in self.elements if s in names]

    def check_file(self):
        r = run("qpdf", "--check", self.path, check=False)
        if r.returncode:
            self.fault(r.stdout.decode() + r.stderr.decode())
        info = run("pdfinfo", self.path).stdout.decode()
        if not re.search(r"^Tagged: +yes$", info, re.M):
            self.fault("not tagged")
        if not re.search(r"^Title: +\S", info, re.M):
            self.fault("no title")
        want = "es-US" if self.name.endswith("-es") else "en-US"
        if text_of(self.root.get("/Lang")) != want:
            self.fault(f"language {self.root.get('/Lang')}, not {want}")
        if not self.get(self.root.get("/ViewerPreferences", {})).get("/DisplayDocTitle"):
            self.fault("the window does not show the title")

    def check_structure(self):
        heads = [s for s, _ in self.named("H1", "H2")]
        if not heads or heads[0] != "H1":
            self.fault(f"headings {heads}")
        for s, k in self.named("Table"):
            rows = [r for r in self.kids(k) if isinstance(r, dict)]
            cells = [c for r in rows for c in self.kids(r)]
            if any(r.get("/S") != "/TR" for r in rows) or any(c.get("/S") not in ("/TH", "/TD") for c in cells):
                self.fault("a table holds what is no row, or a row what is no cell")
            ths = [c for c in cells if c["/S"] == "/TH"]
            if not ths:
                self.fault("a table without heads")
            if not all("/Scope" in self.get(c.get("/A", {})) for c in ths):
                self.fault("a head that points nowhere")
            if len({len(self.kids(r)) for r in rows}) > 1:
                self.fault("rows of unlike length")
        for s, k in self.named("Figure"):
            if len(text_of(k.get("/Alt", ""))) < 20:
                self.fault("a figure without words")
        other = {"en-US": "es-US", "es-US": "en-US"}[text_of(self.root["/Lang"])]
        langs = [text_of(k.get("/Lang")) for s, k in self.named("H1")]
        if self.name.startswith("person") and langs != [None, other]:
            self.fault(f"languages of the two halves: {langs}")
        for s, k, _ in self.elements:
            if s in ("P", "H1", "H2", "LBody") and not self.kids(k):
                self.fault(f"empty {s}")

    def pages(self):
        def down(v):
            return [p for k in v["/Kids"] for p in down(self.get(k))] if "/Kids" in v else [v]
        return down(self.get(self.root["/Pages"]))

    def check_content(self):
        """Every operator that paints stands inside an element or an artifact."""
        import base64
        for page in self.pages():
            data = base64.b64decode(self.objects["obj:" + page["/Contents"]]["stream"]["data"]).decode("latin-1")
            data = re.sub(r"\((?:\\.|[^\\()])*\)", "()", data)
            stack, tags = [], []
            for m in re.finditer(r"(/\w+)\s*(<<(?:[^<>]|<[^<]*?>)*>>)?\s*(BDC|BMC)\b|\b(EMC|Tj|TJ|f\*?|S|Do|BT|ET)(?=\s|$)", data):
                tag, _, begin, op = m.groups()
                if begin:
                    stack.append(tag)
                    tags += [tag] if len(stack) == 1 else []
                elif op == "EMC":
                    if not stack:
                        self.fault("EMC without a beginning")
                        return
                    stack.pop()
                elif op in ("Tj", "TJ", "f", "f*", "S", "Do") and not stack:
                    self.fault(f"{op} outside of everything")
                    return
            if stack or "/Artifact" not in tags:
                self.fault(f"left open: {stack}")
            if page.get("/Tabs") != "/S":
                self.fault("no order of tabs")

    def words(self):
        r = run("pdftotext", "-bbox", self.path, "-").stdout.decode("utf-8", "replace")
        return [tuple(map(float, m)) for m in re.findall(r'<word xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="([-\d.]+)" yMax="([-\d.]+)"', r)]

    def check_margins(self):
        for x0, y0, x1, y1 in self.words():
            if x0 < LEFT - 2 or x1 > RIGHT + 2 or y0 < TOP - 6 or y1 > BOTTOM + 6:
                self.fault(f"a word at {x0, y0, x1, y1}")
                return
        # ink: one grey byte a point
        with tempfile.TemporaryDirectory() as d:
            run("pdftoppm", "-r", "72", "-gray", self.path, d + "/p")
            for f in sorted(os.listdir(d)):
                raw = open(os.path.join(d, f), "rb").read()
                w, h = map(int, raw.split(b"\n", 3)[1].split())
                px = raw[-w * h:]
                for y in range(h):
                    row = px[y * w:(y + 1) * w]
                    outside = row if y < TOP - 8 or y > BOTTOM + 8 else row[:LEFT - 4] + row[RIGHT + 4:]
                    if min(outside) < 128:
                        self.fault(f"ink outside the margins, {f} line {y}")
                        return

    def text(self):
        return run("pdftotext", "-raw", self.path, "-").stdout.decode("utf-8", "replace")

    def check_text(self):
        t = self.text()
        # U+202A to U+202C are pdftotext's own
        if re.search(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\u202d\u202e]", t):
            self.fault("controls came out as text")
        at = [m.start() for _, k in self.named("H1") for m in [re.search(r"Notice of|Answer to|Withdrawal of|Your copy|Su copia|A report", t)] if m]
        if not at:
            self.fault("no title in the text")


def in_order(paper, *parts):
    t, at = unicodedata.normalize("NFC", " ".join(paper.text().split())), 0
    for p in parts:
        found = t.find(p, at)
        if found < 0:
            paper.fault(f"not there, or out of order: {p}")
            return
        at = found + len(p)


with tempfile.TemporaryDirectory() as folder:
    made = run(writer, folder, check=False)
    papers = {f[:-4]: Paper(os.path.join(folder, f)) for f in sorted(os.listdir(folder))}
    for p in papers.values():
        p.check_file()
        p.check_structure()
        p.check_content()
        p.check_margins()
        p.check_text()
    if made.returncode == 0:
        in_order(papers["release-plain-en"], "Notice of release", "has begun", "Your reference", "EX-2026-0042", "Example, Juan Maía Q.",
                 "Bond was posted", "Questions", "Records Office", "Prepared on")
        in_order(papers["person-plain-es"], "Su copia", "La solicitud", "Qué pidieron", "Sus derechos", "1.", "2.", "Your copy", "Your rights")
        in_order(papers["report-plain-en"], "Table 0", "row 0", "row 89", "held back", "Table 1", "Table 2", "signed state")
        in_order(papers["release-scripts-en"], "Nguyễn Thị")
        in_order(papers["release-marks-en"], "José Ångström")
        # broken over lines; that no hyphen is drawn there is for the eye only: extraction leaves it out
        solid = "".join(papers["release-long-en"].text().split())
        for whole in ("REF" + "0123456789" * 30, "Wolfeschlegelstein" * 20, "B" + "-8888" * 40):
            if whole not in solid:
                papers["release-long-en"].fault(f"not whole: {whole[:20]}")
        if papers["answer-long-en"].text().count("24-76.6-102(2)") < 200:
            papers["answer-long-en"].fault("a long cell lost its end")
        if re.search("[\u0300-\u036f]{4}", unicodedata.normalize("NFD", papers["release-marks-en"].text())):
            papers["release-marks-en"].fault("a heap of marks")
        if "gnirts" not in papers["release-controls-en"].text():
            papers["release-controls-en"].fault("an override turned the name")
        # the lines of a form's name are no lines of ours
        if "Line one Line two Line three" not in papers["answer-controls-en"].text():
            papers["answer-controls-en"].fault("a name over three lines")
        for name in ("person-plain-es", "person-plain-en", "person-everything-es", "person-everything-en"):
            if len(papers[name].pages()) != 2:
                papers[name].fault(f"{len(papers[name].pages())} pages for two languages")
        if len(papers["report-plain-en"].named("Table")) != 3:
            papers["report-plain-en"].fault("a table that goes on over a page is one table")
    faults = [f for p in papers.values() for f in p.faults]
    print("1..1")
    for f in faults[:40]:
        print("#", f.replace("\n", " "))
    print("#", made.stderr.decode("utf-8", "replace")[:2000].replace("\n", "\n# "))
    bad = faults or made.returncode or len(papers) != 36
    print(f"# {len(papers)} papers")
    print("not ok 1" if bad else "ok 1", "papers can be read aloud and stay on the page")
    sys.exit(1 if bad else 0)
