// The benchmark: prints a table and, with --write, the same as docs/performance.md. Same machine, same run, same load generator.
//   run.mjs [small] [big] [rival] [--write]        all three parts when none is named
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { join } from 'node:path'
process.env.LIANYI ??= new URL('../../build/release/lianyi', import.meta.url).pathname
const { root } = await import('../lib/brand.mjs')
const { rows } = await import('./tools.mjs')
const { smallBrand } = await import('./small.mjs')
const { bigBrand } = await import('./big.mjs')
const { rival } = await import('./rival.mjs')

const named = process.argv.slice(2).filter(a => !a.startsWith('--')), wanted = part => !named.length || named.includes(part)
const loadBefore = loadavg()[0]
const ours = wanted('small') ? await smallBrand() : null
if (wanted('big')) await bigBrand()
if (ours && wanted('rival')) await rival(ours)

const loadNote = `Load average of the machine: ${loadBefore.toFixed(1)} before the run, ${loadavg()[0].toFixed(1)} at its end (it has ${cpus().length} cores).`
console.log(loadNote)
if (process.argv.includes('--write')) {
  mkdirSync(join(root, 'docs'), { recursive: true })
  const model = cpus()[0].model, cores = cpus().length
  writeFileSync(join(root, 'docs/performance.md'), `# Performance

Taken by \`make bench\` on ${new Date().toISOString().slice(0, 10)}: ${cores} cores (${model}), shared with the load generator. Machines of this kind are noisy:
read ratios, not digits. Events are about 450 bytes of JSON, from 100,000 known people after warm-up, unique message ids; every answer is on disk.

| what | figure | |
|---|---|---|
${rows.map(r => `| ${r[0].trim()} | ${r[1]} | ${r[2]} |`).join('\n')}

The opponent is \`tests/bench/node_pg.mjs\`: Node's http server and PostgreSQL with \`synchronous_commit=on\`, one transaction a request, one multi-row insert,
duplicates ignored by message id. It does less: no rules, no sealing of personal data, no timeline index.

The brand of a million people is \`tests/bench/big_brand.c\`: three identities each, two million links. Requests at a rate are timed from when they
were due. ${loadNote}
`)
}
