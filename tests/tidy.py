#!/usr/bin/env python3
"""House rules as a test. Prints what breaks them; the last line is "N passed, N failed".

Held here: who may include whom, length of functions and files (a ratchet), banned calls, SQL as literals,
no mutable globals, headers with a purpose, what is said to work names its tests. (Texts in both languages: web/console/test.)
"""
import csv
import os
import re
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
MODULES = {'people', 'loyalty', 'task', 'record', 'profile', 'tier', 'admin', 'plan', 'privacy'}
MAY = {
    'base': {'base'},
    'store': {'base', 'store'},
    'timeline': {'base', 'timeline'},
    'api': {'base', 'store', 'api'},
    'rule': {'base', 'store', 'timeline', 'api', 'rule'},
    **{m: {'base', 'store', 'timeline', 'api', 'rule'} | MODULES for m in MODULES},
    'connect': {'base', 'store', 'timeline', 'api', 'rule', 'connect'} | MODULES,
    'import': {'base', 'store', 'timeline', 'api', 'rule', 'connect', 'import'} | MODULES,
    'instance': {'base', 'store', 'timeline', 'api', 'rule', 'connect', 'import', 'instance'} | MODULES,
}
# Another module's door: <module>/<one of these>.h. Everything else of it is its own business.
DOORS = {'people': {'people', 'people_api', 'merge_api', 'traits', 'vault', 'consent', 'late'}, 'loyalty': {'ledger'}, 'task': {'task'}, 'record': {'record', 'audit'}, 'profile': {'profile'}, 'tier': {'tier'}, 'admin': {'admin'},
         'plan': {'plan', 'plan_api'}}
DOORS['privacy'] = {'privacy'}

FUNCTION_LINES, FILE_LINES, LINE_CHARS = 70, 800, 145      # aim at 40, 400, 130
# The ratchet: what was longer when the rule came. Numbers may only fall; a line that is not needed any more is an error.
LONGER = {}

BANNED = {
    'strcpy': 'arena_cstr or buf_add', 'strcat': 'buf_add', 'sprintf': 'arena_fmt or buf_addf', 'gets': 'read',
    'strtok': 'str_cut', 'atoi': 'str_to_i64', 'atol': 'str_to_i64', 'alloca': 'arena_alloc', 'system': 'nothing',
    'popen': 'nothing', 'rand': 'os_random', 'srand': 'os_random', 'localtime': 'civil_from_us', 'strncpy': 'arena_cstr',
    'sqlite3_exec': 'db_script', 'setlocale': 'nothing',
}
# Memory by hand belongs to engines that own it; requests use arenas.
MALLOC_IN = ('src/base/', 'src/store/', 'src/timeline/', 'src/api/', 'src/rule/names', 'src/rule/rules', 'src/instance/', 'src/main.c',
             'src/people/people.c', 'src/people/values.c', 'src/people/vault.c', 'src/record/audit_apart.c', 'src/privacy/residue', 'src/admin/admin_cache', 'src/connect/i', 'src/import/')
CLOCK_IN = ('src/base/os_posix.c', 'src/base/log.c', 'src/api/http', 'src/main.c')
SQL_TEXT_IN = ('src/store/', 'src/record/record')

bad = []
checks = 0


def fail(where, what):
    bad.append(f'{where}: {what}')


def tracked(*patterns):
    out = subprocess.run(['git', 'ls-files', '--cached', '--others', '--exclude-standard', *patterns], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [p for p in out.split('\n') if p and os.path.exists(os.path.join(ROOT, p))]


def strip(text):
    """Without comments and the insides of strings, same number of lines."""
    def blank(m):
        s = m.group(0)
        if s[0] in '"\'':
            return s[0] + s[-1]
        return re.sub(r'[^\n]', ' ', s)
    return re.sub(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', blank, text, flags=re.S)


def check_includes(path, text):
    layer = path.split('/')[1] if path.count('/') > 1 else None
    if layer is None:
        return
    if layer not in MAY:
        fail(path, f'folder {layer} has no row in the include table of tests/tidy.py')
        return
    for inc in re.findall(r'^#include "([^"]+)"', text, re.M):
        top, _, rest = inc.partition('/')
        if top not in MAY[layer]:
            fail(path, f'{layer} must not include {inc}')
        elif top != layer and top in DOORS and layer in MODULES and os.path.splitext(rest)[0] not in DOORS[top]:
            fail(path, f'{inc} is not a door of module {top}')


def check_lengths(path, lines, code):
    if len(lines) > LONGER.get(path, FILE_LINES):
        fail(path, f'{len(lines)} lines, at most {LONGER.get(path, FILE_LINES)}')
    for i, line in enumerate(lines, 1):
        if len(line) > LINE_CHARS:
            fail(f'{path}:{i}', f'line of {len(line)} characters, at most {LINE_CHARS}')
    start = name = None
    for i, line in enumerate(code, 1):
        if line == '{' and start is None:
            start = i
            name = next((m[1] for m in (re.search(r'(\w+)\(', code[k]) for k in range(i - 2, max(-1, i - 8), -1)) if m), '?')
        elif line.startswith('}') and start is not None:
            most = LONGER.get(f'{path}:{name}', FUNCTION_LINES)
            if i - start - 1 > most:
                fail(f'{path}:{start}', f'{name} has {i - start - 1} lines, at most {most}')
            start = None


def check_calls(path, code):
    text = '\n'.join(code)
    for m in re.finditer(r'\b(\w+)\(', text):
        name, line = m[1], text.count('\n', 0, m.start()) + 1
        if name in BANNED:
            fail(f'{path}:{line}', f'{name} is banned, use {BANNED[name]}')
        elif name in ('malloc', 'calloc', 'realloc', 'free') and not path.startswith(MALLOC_IN):
            fail(f'{path}:{line}', f'{name} here: take an arena')
        elif name in ('clock_gettime', 'gettimeofday', 'time', 'randombytes_buf') and not path.startswith(CLOCK_IN + ('src/base/hash.c', 'src/people/vault', 'src/admin/')):
            fail(f'{path}:{line}', f'{name} here: go through base/os.h')
        elif name in ('db_query_text', 'db_exec_text', 'db_script') and not path.startswith(SQL_TEXT_IN):
            fail(f'{path}:{line}', f'{name} here: SQL is a literal at the call site')


def check_sql_literals(path, text):
    if path.startswith('src/store/'):
        return
    for m in re.finditer(r'\bdb_(exec|query|query_one|int|exec_count)\(([^;]*);', text):
        if '"' not in m[2]:
            fail(f'{path}:{text.count(chr(10), 0, m.start()) + 1}', f'db_{m[1]} without a literal')


def check_globals(path, code):
    for i, line in enumerate(code, 1):
        m = re.match(r'static (?!const\b|inline\b|_Noreturn\b|_Atomic\b|__thread\b)[\w ]+[\w*]+(\[[^\]]*\])*( = .*)?;$', line)
        if m and '(' not in line.split('=')[0] and path not in ('src/base/err.c', 'src/base/log.c'):
            fail(f'{path}:{i}', 'mutable global')


# Rows of the inventory, by area: none may fall out of docs/features.csv.
INVENTORY = {'BRD': 15, 'CHN': 19, 'COC': 29, 'COM': 31, 'CRI': 15, 'DAT': 31, 'EVT': 21, 'FBK': 16, 'GRP': 25, 'IPA': 12, 'KOC': 30,
             'LIF': 23, 'MAL': 29, 'OPS': 15, 'ORG': 13, 'REF': 13, 'SCN': 24, 'SVC': 34, 'URT': 6, 'VEH': 19, 'WEC': 12}


def check_features():
    """Every row once; what is said to work names tests that exist (file::name | file::name)."""
    path = 'docs/features.csv'
    with open(os.path.join(ROOT, path), encoding='utf-8', newline='') as f:
        rows = list(csv.reader(f))
    if rows[0] != ['id', 'status', 'where', 'test', 'note']:
        fail(path, 'another header')
    seen = set()
    for i, row in enumerate(rows[1:], 2):
        if len(row) != 5 or row[1] not in ('works', 'partial', 'none') or row[0] in seen:
            fail(f'{path}:{i}', f'{row[:2]}: five fields, an id of its own, works, partial or none')
            continue
        seen.add(row[0])
        tests = [t for t in row[3].split(' | ') if t]
        if row[1] == 'works' and not tests:
            fail(f'{path}:{i}', f'{row[0]} works without a test')
        for t in tests:
            file, _, name = t.partition('::')
            full = os.path.join(ROOT, file)
            if not name or not os.path.isfile(full) or name not in open(full, encoding='utf-8').read():
                fail(f'{path}:{i}', f'{row[0]}: there is no test {t}')
    lost = [f'{area}-{n:02}' for area, most in INVENTORY.items() for n in range(1, most + 1) if f'{area}-{n:02}' not in seen]
    if lost:
        fail(path, f'missing: {" ".join(lost)}')


def check_rule_words():
    """Why a body is no rule is said in Chinese too."""
    path = 'src/rule/rule_words.c'
    known = set(re.findall(r'^    \{ "((?:\\\\.|[^"])*)",', open(os.path.join(ROOT, path), encoding='utf-8').read(), re.M))
    for p in tracked('src/*.c'):
        text = open(os.path.join(ROOT, p), encoding='utf-8').read()
        for m in re.finditer(r'\b(?:check_fail|fail_type)\(c, (?:[^;"]|S\("[^"]*"\))*?,\s+"([^"]*)"\)', text):
            if m[1] not in known:
                fail(path, f'"{m[1]}" of {p} has no Chinese')


def check_words():
    """Nothing of the machine it was made on."""
    for path in tracked():
        if path.endswith(('.png', '.woff2', 'package-lock.json')):
            continue
        try:
            text = open(os.path.join(ROOT, path), encoding='utf-8').read()
        except UnicodeDecodeError:
            continue
        if ROOT + '/' in text:
            fail(path, 'a path of the machine it was made on')


def main():
    global checks
    files = [p for p in tracked('src/*.c', 'src/*.h') if p.startswith('src/')]
    for path in files:
        text = open(os.path.join(ROOT, path), encoding='utf-8').read()
        code = strip(text).split('\n')
        check_includes(path, text)
        check_lengths(path, text.split('\n'), code)
        if path.endswith('.c'):
            check_calls(path, code)
            check_sql_literals(path, strip(text))
            check_globals(path, code)
        elif not re.search(r'^#ifndef \w+_H$', text, re.M):
            fail(path, 'no include guard')
        checks += 1
    for path in LONGER:
        if not os.path.exists(os.path.join(ROOT, path.split(':')[0])):
            fail(path, 'is in the ratchet but gone: take its line out')
    check_features()
    check_words()
    check_rule_words()
    checks += 3
    for b in bad:
        print(b)
    broken = len({b.split(':')[0] for b in bad})
    print(f'{checks - broken} passed, {broken} failed')
    return 1 if bad else 0


sys.exit(main())
