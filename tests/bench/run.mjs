// The benchmark: prints a table and, with --write, the same as docs/performance.md. Same machine, same run, same load generator.
import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync, mkdirSync, chownSync } from 'node:fs'
import { tmpdir, cpus } from 'node:os'
import { join } from 'node:path'
process.env.LIANYI ??= new URL('../../build/release/lianyi', import.meta.url).pathname
const { startBrand, root } = await import('../lib/brand.mjs')

const seconds = +(process.env.SECONDS_EACH ?? 8)
const load = (...args) => JSON.parse(execFileSync(join(root, 'build/bench/load'), args.map(String), { maxBuffer: 1 << 24 }).toString())
const ticks = pid => { const f = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' '); return (+f[11] + +f[12]) / 100 }
const rss = pid => +/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1] / 1024
const rows = []
const row = (what, value, note = '') => { rows.push([what, value, note]); console.log(`${what.padEnd(58)} ${String(value).padStart(14)}  ${note}`) }
const n = v => Math.round(v).toLocaleString('en')
const lat = r => `p50 ${(r.p50_us / 1000).toFixed(2)} ms, p99 ${(r.p99_us / 1000).toFixed(2)} ms, max ${(r.max_us / 1000).toFixed(0)} ms${r.errors ? `, ${r.errors} errors` : ''}`

// --- Lianyi -----------------------------------------------------------------------------------------------------------------
const brand = await startBrand()
const key = await brand.key('ingest', 'bench'), write = await brand.key('write', 'bench')
await brand.kill()
const s0 = performance.now()
await brand.start()
const at2 = brand.url.replace('http://', '')
row('start to ready (process start to listening line)', `${(performance.now() - s0).toFixed(0)} ms`)
await new Promise(r => setTimeout(r, 1000))
row('idle memory of an empty brand', `${rss(brand.process.pid).toFixed(1)} MB`, 'resident')
{
  const c0 = ticks(brand.process.pid)
  const r = load(at2, key, 'get', '/healthz', 8, Math.min(seconds, 5))
  row('hello: requests/s, 8 clients', n(r.per_second), lat(r))
  row('hello: server CPU per request', `${((ticks(brand.process.pid) - c0) / r.requests * 1e6).toFixed(1)} µs`)
}
const ours = {}
for (const [batch, clients] of [[100, 1], [100, 16], [1, 1], [1, 16]]) {
  const c0 = ticks(brand.process.pid)
  const r = ours[`${batch}/${clients}`] = load(at2, key, 'ingest', batch, clients, seconds, 100000)
  row(`ingest events/s, batches of ${batch}, ${clients} client${clients > 1 ? 's' : ''}`, n(r.per_second), `${lat(r)}; ${((ticks(brand.process.pid) - c0) / r.items * 1e6).toFixed(1)} µs CPU an event`)
}
const posting = '{"entries":[{"key":"$ID","person":1,"amount":1,"reason":"comment"}]}'
for (const clients of [1, 16]) {
  const r = load(at2, write, 'post', process.env.POST_PATH ?? '/api/v1/entries', process.env.POST_BODY ?? posting, clients, seconds)
  row(`postings/s, one a request, ${clients} client${clients > 1 ? 's' : ''}`, n(r.per_second), lat(r))
}
{
  const m = await (await fetch(brand.url + '/metrics', { headers: { authorization: `Bearer ${await brand.key('read', 'm')}` } })).text()
  const stall = /lianyi_teller_stall_longest_us (\d+)/.exec(m)?.[1]
  row('longest stall of the writer over all of the above', `${(stall / 1000).toFixed(0)} ms`, 'commit, shipment or checkpoint')
}
row('memory after it', `${rss(brand.process.pid).toFixed(0)} MB`, 'every event is indexed in memory today')
console.log((await brand.doctor()).trim())
await brand.stop()


// --- Node + PostgreSQL --------------------------------------------------------------------------------------------------------
const dir = mkdtempSync(join(tmpdir(), 'bench-pg-'))
const bin = '/usr/lib/postgresql/' + readdirSync('/usr/lib/postgresql').sort((a, b) => b - a)[0] + '/bin'
const asRoot = process.getuid() === 0
const pgid = asRoot ? [+execFileSync('id', ['-u', 'postgres']), +execFileSync('id', ['-g', 'postgres'])] : null
if (asRoot) chownSync(dir, ...pgid)
const who = asRoot ? { uid: pgid[0], gid: pgid[1] } : {}
const data = join(dir, 'data')
execFileSync(join(bin, 'initdb'), ['-D', data, '-U', 'bench', '--auth=trust', '-E', 'UTF8'], { ...who, stdio: 'ignore', cwd: dir })
const server = spawn(join(bin, 'postgres'), ['-D', data, '-k', dir, '-c', 'listen_addresses=', '-c', 'shared_buffers=256MB', '-c', 'max_wal_size=2GB', '-c', 'synchronous_commit=on', '-c', 'fsync=on'], { ...who, stdio: 'ignore', cwd: dir })
const wait = ms => new Promise(r => setTimeout(r, ms))
for (let i = 0; i < 100; i++) { try { execFileSync(join(bin, 'createdb'), ['-h', dir, '-U', 'bench', 'bench'], { stdio: 'ignore' }); break } catch { await wait(200) } }
const node = spawn(process.execPath, [join(root, 'tests/bench/node_pg.mjs'), '7931', dir], { stdio: ['ignore', 'pipe', 'inherit'] })
await new Promise(r => node.stdout.once('data', r))
for (const [batch, clients] of [[100, 16], [1, 16], [1, 1]]) {
  const r = load('127.0.0.1:7931', 'x', 'ingest', batch, clients, seconds, 100000)
  row(`Node + PostgreSQL: events/s, batches of ${batch}, ${clients} client${clients > 1 ? 's' : ''}`, n(r.per_second), lat(r))
  row(`  Lianyi is faster by`, `${(ours[`${batch}/${clients}`].per_second / r.per_second).toFixed(1)} ×`, 'same load, same run')
}
node.kill(); server.kill('SIGINT')
await wait(1500)
rmSync(dir, { recursive: true, force: true })

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

Not measured yet: a million known people, writes at a fixed rate beside a bulk job, reads at a fixed rate, many rules waking at once.
`)
}
