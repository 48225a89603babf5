// Texts: both languages complete and well-formed, every key used, and no text in code.
import { test } from 'node:test'
import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from '@formatjs/icu-messageformat-parser'
import { parseAst } from 'rolldown/parseAst'

const src = new URL('../src/', import.meta.url).pathname
const files = readdirSync(src, { recursive: true }).filter(f => /\.tsx?$/.test(f)).map(f => ({ name: f, text: readFileSync(join(src, f), 'utf8') }))
const modules = readdirSync(join(src, 'text/zh')).map(f => f.replace('.json', ''))
const flat = (o, at = '') => Object.entries(o).flatMap(([k, v]) => (typeof v === 'object' ? flat(v, `${at}${k}.`) : [[at + k, v]]))
const load = lang => Object.fromEntries(modules.map(m => [m, new Map(flat(JSON.parse(readFileSync(join(src, 'text', lang, `${m}.json`), 'utf8'))))]))
const zh = load('zh'), en = load('en')

/** Marked parts, plain arguments, and arguments that only choose a plural. */
function shape(text) {
  const plain = new Set(), plural = new Set()
  const walk = list => list.forEach(p => {
    if (p.type === 1) plain.add(p.value)
    if (p.type === 5 || p.type === 6) plural.add(p.value)
    Object.values(p.options ?? {}).forEach(o => walk(o.value))
  })
  walk(parse(text, { ignoreTag: true }))
  return { parts: [...new Set(text.match(/<(\w+)>/g) ?? [])].sort(), plain: [...plain].sort(), all: new Set([...plain, ...plural]) }
}

for (const m of modules) {
  test(`${m}: zh and en hold the same keys with the same arguments`, () => {
    assert.deepEqual([...en[m].keys()].sort(), [...zh[m].keys()].sort())
    for (const [k, text] of zh[m]) {
      const a = shape(text), b = shape(en[m].get(k))
      assert.deepEqual(b.parts, a.parts, `${m}:${k}`)
      assert.deepEqual([...a.plain.filter(x => !b.all.has(x)), ...b.plain.filter(x => !a.all.has(x))], [], `${m}:${k}`)
    }
  })
  test(`${m}: Chinese is punctuated in full width and says things directly`, () => {
    for (const [k, text] of zh[m]) {
      const bare = text.replace(/\{[^{}]*(\{[^{}]*\}[^{}]*)*\}|<\/?\w+>/g, '')
      assert.doesNotMatch(bare, /[\u4e00-\u9fff][,;:!?]/, `${m}:${k}`)
      assert.doesNotMatch(bare, /进行[^中]*操作/, `${m}:${k}`)
    }
  })
}

// What code asks for: t('a.b'), t(`a.${x}`), t(cond ? 'a' : 'b').
const visit = (node, f) => {
  if (!node || typeof node !== 'object') return
  if (Array.isArray(node)) return node.forEach(n => visit(n, f))
  if (typeof node.type === 'string') f(node)
  for (const k in node) if (k !== 'type') visit(node[k], f)
}
const trees = files.map(f => ({ ...f, tree: parseAst(f.text, { lang: f.name.endsWith('x') ? 'tsx' : 'ts' }) }))
const wanted = node => {
  if (node.type === 'Literal' && typeof node.value === 'string') return [node.value]
  if (node.type === 'ConditionalExpression') return [...wanted(node.consequent), ...wanted(node.alternate)]
  if (node.type === 'TemplateLiteral') return [node.quasis.map(q => q.value.cooked).join('*')]
  return []
}

test('every key that code asks for exists, and every key is asked for', () => {
  const used = new Map(modules.map(m => [m, new Set()]))
  for (const { name, tree, text } of trees) {
    const own = /useTranslation\('(\w+)'\)/.exec(text)?.[1] ?? 'common'
    visit(tree, n => {
      if (n.type !== 'CallExpression' || n.callee.type !== 'Identifier' || n.callee.name !== 't') return
      for (const k of wanted(n.arguments[0])) {
        const [m, key] = k.includes(':') ? k.split(':') : [own, k]
        const has = new RegExp(`^${key.replaceAll('.', '\\.').replaceAll('*', '.+')}$`)
        const found = [...zh[m].keys()].filter(x => has.test(x))
        const optional = key.includes('*') && /defaultValue/.test(text.slice(n.start, n.end))
        assert.ok(found.length || optional, `${name}: no text ${m}:${key}`)
        found.forEach(x => used.get(m).add(x))
      }
    })
  }
  for (const m of modules) assert.deepEqual([...zh[m].keys()].filter(k => !used.get(m).has(k)), [], `${m}: not used`)
})

test('no text in code', () => {
  const spoken = new Set(['aria-label', 'title', 'placeholder', 'alt', 'label', 'note', 'text', 'okText', 'cancelText', 'help', 'extra'])
  const bad = []
  for (const { name, tree, text } of trees) {
    const line = n => `${name}:${text.slice(0, n.start).split('\n').length}`
    visit(tree, n => {
      if (n.type === 'JSXText' && /\p{L}/u.test(n.value) && !/^\s*(ms|⌘?K|J|E)\s*$/.test(n.value)) bad.push(`${line(n)} ${n.value.trim()}`)
      if (n.type === 'JSXAttribute' && spoken.has(n.name.name) && n.value?.type === 'Literal' && /\p{L}/u.test(n.value.value)) bad.push(`${line(n)} ${n.name.name}="${n.value.value}"`)
      if (n.type === 'Literal' && typeof n.value === 'string' && /\p{Script=Han}/u.test(n.value) && name !== 'text/format.ts') bad.push(`${line(n)} ${n.value}`)
    })
  }
  assert.deepEqual(bad, [])
})

test('no colour outside of theme/css.ts', () => {
  const css = readdirSync(src, { recursive: true }).filter(f => /\.(css|tsx?)$/.test(f) && f !== 'theme/css.ts')
  const bad = css.filter(f => /#[0-9a-f]{3,8}\b(?![^\n]*\bid=)|\brgba?\(/i.test(readFileSync(join(src, f), 'utf8').replace(/url\([^)]*\)|href="#\w+"|mask-image:[^;}]*/g, '')))
  assert.deepEqual(bad, [])
})
