// The benchmark: prints a table and, with --write, the same as docs/performance.md. Same machine, same run, same load generator.
//   run.mjs [small] [big] [import] [rival] [--write]        all parts when none is named; rival needs small
import { readFileSync, writeFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { join } from 'node:path'
process.env.LIANYI ??= new URL('../../build/release/lianyi', import.meta.url).pathname
const { root } = await import('../lib/brand.mjs')
const { rows } = await import('./tools.mjs')
const { smallBrand } = await import('./small.mjs')
const { bigBrand } = await import('./big.mjs')
const { imports } = await import('./import.mjs')
const { rival } = await import('./rival.mjs')

const named = process.argv.slice(2).filter(a => !a.startsWith('--')), wanted = part => !named.length || named.includes(part)
const loadBefore = loadavg()[0]
const ours = wanted('small') ? await smallBrand() : null
if (wanted('big')) await bigBrand()
if (wanted('import')) await imports()
if (ours && wanted('rival')) await rival(ours)

const loadNote = `Load average of the machine: ${loadBefore.toFixed(1)} before the run, ${loadavg()[0].toFixed(1)} at its end (it has ${cpus().length} cores).`
console.log(loadNote)
// Into docs/performance.md, between its two marks: what stands around them is written by hand.
if (process.argv.includes('--write')) {
  const file = join(root, 'docs/performance.md'), begin = '<!-- measured: begin -->', end = '<!-- measured: end -->'
  const text = readFileSync(file, 'utf8'), from = text.indexOf(begin), to = text.indexOf(end)
  if (from < 0 || to < from) throw new Error('docs/performance.md has lost its marks')
  writeFileSync(file, `${text.slice(0, from)}${begin}
Taken by \`make bench\` on ${new Date().toISOString().slice(0, 10)}: ${cpus().length} cores (${cpus()[0].model}), shared with the load generator. ${loadNote}

| what | figure | |
|---|---|---|
${rows.map(r => `| ${r[0].trim()} | ${r[1]} | ${r[2]} |`).join('\n')}
${text.slice(to)}`)
}
