// Imports by the command, into a brand nobody serves: rows a second of events, with and without ids of their own.
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { execFileSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { binary, lianyi } from '../lib/brand.mjs'
import { number, row } from './tools.mjs'

const total = +(process.env.IMPORT_ROWS ?? 4_000_000), people = 100_000, kinds = ['post.viewed', 'app.active', 'comment.created', 'content.shared']

function write(path, withId) {
  const f = openSync(path, 'w'), at = Date.UTC(2026, 0, 1) / 1000
  writeSync(f, `${withId ? 'id,' : ''}user,event,time,channel,amount\n`)
  for (let i = 0; i < total;) {
    const lines = []
    for (const end = Math.min(i + 50_000, total); i < end; i++)
      lines.push(`${withId ? `m-${i},` : ''}u-${String(i * 7919 % people).padStart(7, '0')},${kinds[i % 4]},${at + Math.floor(i * 5)},app,${i % 1000}`)
    writeSync(f, lines.join('\n') + '\n')
  }
  closeSync(f)
}

export async function imports() {
  const dir = mkdtempSync(join(tmpdir(), 'lianyi-bench-'))
  for (const withId of [false, true]) {
    const data = join(dir, `brand-${withId}`), file = join(dir, 'rows.csv'), map = join(dir, 'map.json')
    await lianyi('init', data)
    write(file, withId)
    writeFileSync(map, JSON.stringify({ target: 'event', columns: {
      user: { identity: 'user_id' }, event: { field: 'event' }, time: { field: 'time', time: 'unix_s' }, channel: { property: 'channel' },
      amount: { property: 'amount', type: 'integer' }, ...(withId ? { id: { field: 'message_id' } } : {}) } }))
    const t0 = performance.now()
    const out = execFileSync(binary, ['import', data, file, '--map', map]).toString(), s = (performance.now() - t0) / 1000
    const told = JSON.parse(out.slice(out.indexOf('{')))
    if (told.created !== total) throw new Error(`imported ${told.created} of ${total}: ${out}`)
    row(`import: rows/s of events${withId ? ' with message ids' : ''}`, number(total / s), `${number(total)} rows of six columns at most, ${number(people)} people, ${s.toFixed(1)} s from start to end`)
    await lianyi('doctor', data)
  }
  rmSync(dir, { recursive: true, force: true })
}
