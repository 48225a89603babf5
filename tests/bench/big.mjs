// What a brand of a million known people does: start-up, ingest, writes at a fixed rate beside a bulk job, reads at a fixed rate.
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { execFileSync } from 'node:child_process'
import { startBrand, root } from '../lib/brand.mjs'
import { join } from 'node:path'
import { load, loadBeside, latency, number, resident, row, ticks, median } from './tools.mjs'

const people = +(process.env.BIG_PEOPLE ?? 1_000_000), seconds = +(process.env.SECONDS_EACH ?? 8), times = +(process.env.TIMES ?? 3)

// Made once for a schema and kept: the same people every time (tests/bench/big_brand.c).
const schema = readdirSync(join(root, 'schema'), { recursive: true }).filter(f => f.endsWith('.sql')).sort().join()
const base = join(root, 'build/bench', `big-${people}-${createHash('sha256').update(schema).digest('hex').slice(0, 8)}`)
function theBase() {
  if (existsSync(base + '.login')) return
  rmSync(base, { recursive: true, force: true })
  console.log('making a brand of ' + number(people) + ' people …')
  const told = execFileSync(join(root, 'build/release/tests/big_brand'), [base, String(people)], { stdio: ['ignore', 'pipe', 'inherit'] })
  writeFileSync(base + '.login', told)
}

async function steward(brand) {
  const told = readFileSync(base + '.login', 'utf8')
  brand.login = /login:\s*(\S+)/.exec(told)[1]
  brand.password = /password:\s*(\S+)/.exec(told)[1]
  return brand.session()
}

async function metric(brand, key, name) {
  const text = await (await fetch(brand.url + '/metrics', { headers: { authorization: `Bearer ${key}` } })).text()
  return +new RegExp(`^${name} (\\d+)`, 'm').exec(text)[1]
}

async function startUp(brand) {
  const took = [], busy = []
  for (let i = 0; i < 5; i++) {
    await brand.stop({ keep: true })
    const t0 = performance.now()
    await brand.start()
    took.push(performance.now() - t0)
    busy.push(ticks(brand.process.pid))
  }
  row(`${number(people)} people: start to ready`, `${median(took).toFixed(0)} ms`, `median of 5, process start to listening line; ${median(busy).toFixed(2)} s CPU`)
  row(`${number(people)} people: memory after the start`, `${resident(brand.process.pid).toFixed(0)} MB`, 'resident')
}

// The middle run by speed of several, with what an item cost the server's processor: that depends less on who else uses the machine.
function several(brand, run) {
  const one = () => {
    const c0 = ticks(brand.process.pid), r = run()
    return { ...r, cpu: (ticks(brand.process.pid) - c0) / r.items * 1e6 }
  }
  const all = Array.from({ length: times }, one).sort((a, b) => a.per_second - b.per_second)
  return all[all.length >> 1]
}
const cost = (r, what, per = 1) => `${latency(r)}; ${(r.cpu / per).toFixed(1)} µs CPU ${what}`

function ingest(brand, key) {
  const at = brand.url.replace('http://', '')
  // Whoever is heard of the first time since the start is asked of the database: nearly everybody has been after some events each.
  for (let events = 0; events < 3 * people;) events += load(at, key, 'ingest', 100, 16, seconds, `people=${people}`).items
  const r = several(brand, () => load(at, key, 'ingest', 100, 16, seconds, `people=${people}`, 'new=10', 'wake=10'))
  row('ingest events/s, batches of 100, 16 clients, 1 % new people, 1 % waking a rule', number(r.per_second), `${cost(r, 'an event')}; median of ${times}`)
  const plain = several(brand, () => load(at, key, 'ingest', 100, 16, seconds, `people=${people}`))
  row('  the same, all known, none waking a rule', number(plain.per_second), cost(plain, 'an event'))
}

// Imports one file after another until told to stop: each is tens of thousands of rows, written 50 an operation.
async function importing(brand, key, told) {
  let rows = 0, files = 0
  while (!told.stop) {
    const run = Date.now().toString(36), lines = ['code,name,kind,owner,city,state']
    for (let i = 0; i < 20000; i++) lines.push(`b-${run}-${i},店 ${i},space,partner,上海,open`)
    const res = await fetch(brand.url + '/api/v1/stores/import', { method: 'POST', headers: { authorization: `Bearer ${key}`, 'content-type': 'text/csv', 'idempotency-key': run }, body: lines.join('\n') })
    const { import: id } = await res.json()
    if (res.status >= 300) throw new Error(`import: ${res.status}`)
    for (;;) {
      const { status, body: p } = await brand.call('GET', `/api/v1/records/imports/${id}`, { key })
      if (status !== 200) throw new Error(`import: ${status} ${JSON.stringify(p)}`)
      if (p.written + p.refused >= p.rows || told.stop) { rows += p.written; break }
      await new Promise(r => setTimeout(r, 200))
    }
    files++
  }
  return { rows, files }
}

async function writesBesideBulk(brand, ingestKey, adminKey) {
  const told = { stop: false }
  await brand.stop({ keep: true })
  await brand.start()                                                                 // the longest stall is kept since the start
  const where = brand.url.replace('http://', '')
  const bulk = importing(brand, await brand.key('admin', 'import'), told), t0 = performance.now()
  const [one, two] = await Promise.all([
    loadBeside(where, ingestKey, 'ingest', 1, 64, seconds * 3, `people=${people}`, 'rate=500'),
    loadBeside(where, adminKey, 'post', '/api/v1/entries', '{"entries":[{"key":"$ID","person":$P,"amount":1,"reason":"comment"}]}', 64, seconds * 3, `people=${people}`, 'step=3', 'rate=500'),
  ])
  told.stop = true
  const done = await bulk
  row('1,000 writes/s beside an import: events, 500/s', `p99 ${(one.p99_us / 1000).toFixed(1)} ms`, latency(one))
  row('1,000 writes/s beside an import: postings, 500/s', `p99 ${(two.p99_us / 1000).toFixed(1)} ms`, latency(two))
  row('  the import meanwhile: rows/s', number(done.rows / (performance.now() - t0) * 1000), `${done.files} files of 20,000 rows, 50 an operation`)
  row('  longest stall of the writer', `${(await metric(brand, adminKey, 'lianyi_teller_stall_longest_us') / 1000).toFixed(0)} ms`, 'commit, shipment or checkpoint')
}

async function reads(brand) {
  const at = brand.url.replace('http://', '')
  const keys = []
  for (let i = 0; i < 250; i++) keys.push(await brand.key('read', `r${i}`))           // 600 requests a minute each
  const found = (await brand.call('GET', '/api/v1/people?q=u-0000123', { key: keys[0] })).body
  if (found.items?.[0]?.id !== 1 + 3 * 123) throw new Error(`people are not where they were expected: ${JSON.stringify(found)}`)
  const paths = '/api/v1/people/$P /api/v1/people/$P/timeline /api/v1/people/$P/accounts /api/v1/people?q=$U'
  const mixed = several(brand, () => load(at, keys.join(','), 'get', paths, 250, seconds, `people=${people}`, 'step=3', 'rate=2000'))
  row('2,000 reads/s: 360 page, timeline, accounts, search by user id', `p99 ${(mixed.p99_us / 1000).toFixed(1)} ms`, cost(mixed, 'a request'))
  const page = several(brand, () => load(at, keys.join(','), 'get', '/api/v1/people/$P', 8, seconds, `people=${people}`, 'step=3', 'rate=60'))
  row('360 page alone, 60/s', `p99 ${(page.p99_us / 1000).toFixed(1)} ms`, cost(page, 'a request'))
}

// One at a time, each timed from the first byte sent to the last received.
async function timed(n, one) {
  const took = []
  for (let i = 0; i < n; i++) {
    const t0 = performance.now()
    await one(i)
    took.push((performance.now() - t0) * 1000)
  }
  took.sort((a, b) => a - b)
  return { p50_us: took[n >> 1], p99_us: took[Math.floor(n * 0.99)], max_us: took[n - 1] }
}
const expect = (res, status, what) => { if (res.status !== status) throw new Error(`${what}: ${res.status} ${JSON.stringify(res.body)}`); return res.body }

async function searches(brand, cookie) {
  // As many as one of the staff may make in a minute.
  const ways = [['whole phone number', 50, i => `199${String(i * 19937 % people).padStart(8, '0')}`, 6],
    ['last four digits, six of a hundred shown, as the search box does', 5, i => String(1000 + i * 97), 6], ['last four digits, a hundred shown', 4, i => String(3000 + i * 97), 100]]
  for (const [what, n, q, limit] of ways) {
    const r = await timed(n, async i => {
      const found = expect(await brand.call('GET', `/api/v1/people?q=${q(i)}&limit=${limit}`, { cookie }), 200, 'search').items.length
      if (found < 1) throw new Error(`nobody was found by ${what}`)
    })
    row(`search by ${what}, one at a time`, `p50 ${(r.p50_us / 1000).toFixed(1)} ms`, `${latency(r)}; audited`)
  }
}

async function merges(brand, cookie) {
  const headers = () => ({ 'idempotency-key': Math.random().toString(36).slice(2), 'sec-fetch-site': 'same-origin' })
  const person = i => 1 + 3 * (200000 + i), note = { note: 'bench: the same person' }, n = 50    // below the limit of one of the staff
  const joins = await timed(n, async i =>
    expect(await brand.call('POST', `/api/v1/people/${person(2 * i)}/merge`, { cookie, headers: headers(), body: { other: person(2 * i + 1), ...note } }), 200, 'merge'))
  const edges = []
  for (let i = 0; i < n; i++) edges.push(expect(await brand.call('GET', `/api/v1/people/${person(2 * i)}/merges`, { cookie }), 200, 'merges').merges.at(0).id)
  const splits = await timed(n, async i => expect(await brand.call('POST', `/api/v1/merges/${edges[i]}/split`, { cookie, headers: headers(), body: note }), 200, 'split'))
  row('merge of two people, one at a time', `p50 ${(joins.p50_us / 1000).toFixed(1)} ms`, latency(joins))
  row('its split', `p50 ${(splits.p50_us / 1000).toFixed(1)} ms`, latency(splits))
}

function postings(brand, key) {
  const entry = '{"key":"$ID","person":$P,"amount":1,"reason":"comment"}', at = brand.url.replace('http://', '')
  const body = `{"entries":[${Array(100).fill(entry).join(',')}]}`
  for (const clients of [1, 16]) {
    const r = several(brand, () => load(at, key, 'post', '/api/v1/entries', body, clients, seconds, `people=${people}`, 'step=3'))
    row(`postings/s, batches of 100, ${clients} client${clients > 1 ? 's' : ''}`, number(r.per_second * 100), cost(r, 'a posting', 100))
  }
}

export async function bigBrand() {
  theBase()
  const brand = await startBrand({ from: base })
  const ingestKey = await brand.key('ingest', 'bench'), adminKey = await brand.key('admin', 'bench')
  await startUp(brand)
  await reads(brand)
  const cookie = await steward(brand)
  await searches(brand, cookie)
  await merges(brand, cookie)
  await writesBesideBulk(brand, ingestKey, adminKey)
  ingest(brand, ingestKey)
  postings(brand, adminKey)
  row('memory after it', `${resident(brand.process.pid).toFixed(0)} MB`, 'every event is indexed in memory today')
  console.log((await brand.doctor()).trim())
  await brand.stop()
}
