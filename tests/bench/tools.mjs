// What the benchmarks share: the load generator, figures of a process, the table.
import { execFile, execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { root } from '../lib/brand.mjs'

const program = join(root, 'build/bench/load')
export const load = (...args) => JSON.parse(execFileSync(program, args.map(String), { maxBuffer: 1 << 24 }).toString())
/** The same without blocking: for several at once. */
export const loadBeside = async (...args) => JSON.parse((await promisify(execFile)(program, args.map(String), { maxBuffer: 1 << 24 })).stdout)

/** Seconds of processor time a process has used. */
export const ticks = pid => { const f = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' '); return (+f[11] + +f[12]) / 100 }
export const resident = pid => +/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1] / 1024
export const median = v => v.toSorted((a, b) => a - b)[v.length >> 1]

export const rows = []
export const row = (what, value, note = '') => { rows.push([what, value, note]); console.log(`${what.padEnd(78)} ${String(value).padStart(14)}  ${note}`) }
export const number = v => Math.round(v).toLocaleString('en')
export const latency = r => `p50 ${(r.p50_us / 1000).toFixed(2)} ms, p99 ${(r.p99_us / 1000).toFixed(2)} ms, max ${(r.max_us / 1000).toFixed(0)} ms${r.errors ? `, ${r.errors} errors` : ''}`
