#!/usr/bin/env python3
"""Turns files into C constants, so that one binary holds everything.

  embed.py schema DIR OUT        schema/<module>/NNNN_name.sql -> migrations[] of store/migrate.h
  embed.py files NAME DIR OUT    every file below DIR -> `const embedded NAME[]` of base/embed.h, with its gzip beside it
"""
import gzip
import os
import re
import sys


def walk(top):
    for folder, dirs, names in os.walk(top):
        dirs.sort()
        for name in sorted(names):
            if not name.startswith('.') and name != 'meson.build':
                yield os.path.join(folder, name)


def c_bytes(data):
    # A hex list compiles in memory proportional to the data; fine up to a few MB, and needs no assembler directives.
    rows = (data[i:i + 32] for i in range(0, len(data), 32))
    return ',\n'.join(','.join(str(b) for b in row) for row in rows) or '0'


def c_str(text):
    return '"' + ''.join(ch if 32 <= ord(ch) < 127 and ch not in '"\\' else ''.join('\\%03o' % b for b in ch.encode()) for ch in text) + '"'


def write_if_changed(out, text):
    """Leaves an equal file alone, so that nothing after it is built again."""
    if os.path.exists(out) and open(out).read() == text:
        return
    with open(out, 'w') as f:
        f.write(text)


def schema(top, out):
    found = []
    for path in walk(top):
        m = re.fullmatch(r'(\d{4})_([a-z0-9_]+)\.sql', os.path.basename(path))
        if not m:
            sys.exit(f'{path}: a migration is named NNNN_name.sql')
        text = open(path, encoding='utf-8').read()
        if not re.match(r'-- (expand|contract): \S', text):
            sys.exit(f'{path}: the first line must be "-- expand: why" or "-- contract: why"')
        found.append((int(m[1]), os.path.basename(os.path.dirname(path)), m[2], text, path))
    found.sort()
    for a, b in zip(found, found[1:]):
        if a[0] == b[0]:
            sys.exit(f'{a[4]} and {b[4]} have the same number')
    lines = ['// Made from schema/ by scripts/embed.py.', '#include "store/migrate.h"']
    for n, _, _, text, _ in found:
        lines.append(f'static const unsigned char m{n:04}[] = {{\n{c_bytes(text.encode() + bytes(1))}\n}};')
    lines.append('const migration migrations[] = {')
    for n, module, name, text, _ in found:
        lines.append(f'    {{ {n}, {c_str(module)}, {c_str(name)}, {{ (const char *)m{n:04}, {len(text.encode())} }} }},')
    lines += ['    { 0, 0, 0, { 0, 0 } }', '};', f'const size_t migrations_count = {len(found)};', '']
    write_if_changed(out, '\n'.join(lines))


def files(name, top, out):
    paths = list(walk(top)) if os.path.isdir(top) else []
    lines = ['// Made by scripts/embed.py.', '#include "base/embed.h"']
    rows = []
    for i, path in enumerate(paths):
        data = open(path, 'rb').read()
        packed = gzip.compress(data, 9, mtime=0)
        lines.append(f'static const unsigned char d{i}[] = {{\n{c_bytes(data)}\n}};')
        lines.append(f'static const unsigned char z{i}[] = {{\n{c_bytes(packed)}\n}};')
        rows.append(f'    {{ {c_str(os.path.relpath(path, top))}, {{ (const char *)d{i}, {len(data)} }}, {{ (const char *)z{i}, {len(packed)} }} }},')
    lines += [f'const embedded {name}[] = {{', *rows, '    { 0, { 0, 0 }, { 0, 0 } }', '};', '']
    write_if_changed(out, '\n'.join(lines))


def main(argv):
    if len(argv) == 4 and argv[1] == 'schema':
        schema(argv[2], argv[3])
    elif len(argv) == 5 and argv[1] == 'files':
        files(argv[2], argv[3], argv[4])
    else:
        sys.exit(__doc__)


main(sys.argv)
