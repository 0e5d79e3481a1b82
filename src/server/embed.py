#!/usr/bin/env python3
"""embed.py OUT.c OPENAPI.yaml|- DESK|-: the files to build in, as they are and packed (gzip, brotli where smaller), as one C
source. The bytes come in by .incbin, from packed copies beside OUT.c."""
import gzip, hashlib, json, os, re, shutil, subprocess, sys

out, openapi, desk = sys.argv[1:4]
folder = out + ".d"
shutil.rmtree(folder, ignore_errors=True)
os.makedirs(folder)
types = {"html": "text/html; charset=utf-8", "js": "text/javascript; charset=utf-8", "mjs": "text/javascript; charset=utf-8",
         "css": "text/css; charset=utf-8", "json": "application/json", "svg": "image/svg+xml", "png": "image/png", "ico": "image/x-icon",
         "webp": "image/webp", "woff2": "font/woff2", "woff": "font/woff", "ttf": "font/ttf", "txt": "text/plain; charset=utf-8",
         "wasm": "application/wasm", "webmanifest": "application/manifest+json", "pdf": "application/pdf"}
files = {}
if desk != "-":
    for root, dirs, names in os.walk(desk):
        dirs.sort()
        for name in sorted(names):
            if name.startswith(".") or name.endswith((".map", ".gz", ".br")):
                continue
            path = os.path.join(root, name)
            files[os.path.relpath(path, desk).replace(os.sep, "/")] = open(path, "rb").read()
has_desk = "index.html" in files
if openapi != "-":
    import datetime, yaml
    def plain(v):
        return v.isoformat() if isinstance(v, (datetime.date, datetime.datetime)) else str(v)
    with open(openapi, encoding="utf-8") as f:
        files["openapi.json"] = json.dumps(yaml.safe_load(f), default=plain, ensure_ascii=False, separators=(",", ":")).encode()


def brotli(data):
    if not shutil.which("brotli"):
        return None
    return subprocess.run(["brotli", "-q", "11", "-c"], input=data, stdout=subprocess.PIPE, check=True).stdout


text, rows, n = [], [], 0
for path in sorted(files, key=lambda p: p.encode()):
    data = files[path]
    ending = path.rsplit(".", 1)[-1].lower()
    parts = {"plain": data}
    if ending in ("html", "js", "mjs", "css", "json", "svg", "txt", "wasm", "webmanifest", "ttf", "ico"):
        for kind, packed in (("gzip", gzip.compress(data, 9, mtime=0)), ("br", brotli(data))):
            if packed is not None and len(packed) < len(data):
                parts[kind] = packed
    row = []
    for kind in ("plain", "gzip", "br"):
        if kind not in parts:
            row.append("{NULL, 0}")
            continue
        name = f"file{n}_{kind}"
        with open(os.path.join(folder, name), "wb") as f:
            f.write(parts[kind])
        text.append(f'__asm__(".section .rodata\\n.globl embedded_{name}\\n.hidden embedded_{name}\\nembedded_{name}:\\n'
                    f'.incbin \\"{os.path.abspath(os.path.join(folder, name))}\\"\\n.byte 0\\n.previous\\n");\nextern const char embedded_{name}[];')
        row.append(f"{{embedded_{name}, {len(parts[kind])}}}")
    hashed = bool(re.search(r"[-.][A-Za-z0-9_-]{8,}\.[a-z0-9]+$", path)) and "/" in path
    rows.append(f'    {{{json.dumps(path)}, {json.dumps(types.get(ending, "application/octet-stream"))}, '
                f'{json.dumps(chr(34) + hashlib.sha256(data).hexdigest()[:24] + chr(34))}, {", ".join(row)}, {"true" if hashed else "false"}}},')
    n += 1
with open(out, "w", encoding="utf-8") as f:
    f.write('/* Written by embed.py. */\n#include "server/embedded.h"\n' + "\n".join(text) + "\n")
    f.write("static const struct embedded files[] = {\n" + "\n".join(rows) + ("\n" if rows else "") + "    {NULL, NULL, NULL, {NULL, 0}, {NULL, 0}, {NULL, 0}, false},\n};\n")
    f.write(f"bool embedded_desk(void) {{ return {'true' if has_desk else 'false'}; }}\n")
    f.write("""const struct embedded *embedded_find(struct str path)
{
    for (const struct embedded *f = files; f->path; f++)
        if (str_is(path, f->path)) return f;
    return NULL;
}
""")
