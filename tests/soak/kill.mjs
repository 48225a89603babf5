// kill -9 of the real server under mixed load over HTTP, and what its clients were told compared with what the next process
// finds: every acknowledged request there once, none doubled, value and stages right, `doctor` clean.
//
//   KILLS=200 SEED=1 CLIENTS=8 node tests/soak/kill.mjs        the last line is "N passed, N failed"
//
// A request whose answer was lost is sent again, unchanged, as SDKs do: it must turn out stored as a whole or not at all.
// The seed decides what clients do and when the server dies; how far it got by then is the machine's.
import assert from 'node:assert/strict'
import { rmSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { lianyi, startBrand, until } from '../lib/brand.mjs'
import { Person, Random, SHARED, steps } from './model.mjs'

const KILLS = Number(process.env.KILLS ?? 200), CLIENTS = Number(process.env.CLIENTS ?? 8)
const SEED = Number(process.env.SEED ?? 1 + (Date.now() % 1e6))
const READ_KEYS = 24                      // a key may ask 600 times a minute; the end asks about everybody
const PER_LIFE = 24                       // people and requests looked at after each restart; the end looks at all
const count = { requests: 0, lost: 0, lostStored: 0, events: 0, postings: 0, outcomes: 0, imported: 0, backups: 0, orderly: 0, killed_starts: 0, restart_ms: 0 }
const done = []                           // acknowledged requests, each able to send itself again
const stores = new Set()                  // codes of what was imported
const running = new Set()                 // imports that went on behind their answer
const sharedReads = new Array(SHARED).fill(0)

const brand = await startBrand()
const admin = await brand.key('admin')
const newKey = async (scope, name) => {
  const res = await brand.call('POST', '/api/v1/keys', { key: admin, body: { scope, name }, headers: { 'idempotency-key': name } })
  assert.equal(res.status, 201, JSON.stringify(res.body))
  return res.body.key
}
const readKeys = []
for (let i = 0; i < READ_KEYS; i++) readKeys.push(await newKey('read', `read ${i}`))

/** Sends until it is answered by something else than "slow down". Throws when the line breaks. */
async function call(method, path, options) {
  for (;;) {
    const res = await brand.call(method, path, options)
    if (res.status !== 429 && res.status !== 503) return res
    await sleep(1000 * Math.min(2, Number(res.headers.get('retry-after') ?? 1)))
  }
}
let turn = 0
async function get(path) {
  const res = await call('GET', path, { key: readKeys[turn++ % READ_KEYS] })
  assert.equal(res.status, 200, `${path}: ${JSON.stringify(res.body)}`)
  return res.body
}

// --- What clients send. Each request knows what its first answer, a repeated one and its effect on the model are. ----------
/** lost: a former attempt was not answered, so it may or may not have been stored. */
function batch(client, events) {
  const body = { batch: events.map(e => e.wire) }
  return {
    send: () => call('POST', '/v1/batch', { key: client.key, body }),
    settle(res, lost) {
      assert.equal(res.status, 200, JSON.stringify(res.body))
      const { stored, duplicate, refused } = res.body
      assert.equal(refused, 0, JSON.stringify(res.body))
      assert.ok(stored === events.length || (lost && duplicate === events.length),
        `all or nothing, and new: ${events.length} events, ${stored} stored, ${duplicate} duplicate, answer lost before: ${lost}`)
      if (lost && duplicate) count.lostStored++
      for (const e of events) e.happens(res.body.events.find(v => v.message_id === e.wire.messageId))
      count.events += events.length
    },
    repeat(res) {
      assert.deepEqual([res.status, res.body.stored, res.body.duplicate], [200, 0, events.length],
        `acknowledged messages are duplicates: ${JSON.stringify(res.body).slice(0, 300)}`)
    },
    touches: events.map(e => e.person).filter(Boolean), events: events.length,
  }
}

function posting(client, person, amounts) {
  const entries = amounts.map(amount => ({ key: `p-${SEED}-${client.no}-${++client.serial}`, person: person.id, amount, reason: 'comment' }))
  let first
  return {
    send: () => call('POST', '/api/v1/entries', { key: client.writer, body: { entries, together: true } }),
    settle(res, lost) {
      assert.equal(res.status, 200, JSON.stringify(res.body))
      first = res.body.items
      const again = first.filter(v => v.again).length
      assert.ok(again === 0 || (lost && again === entries.length), `postings together or not at all: ${JSON.stringify(first)}`)
      if (again) count.lostStored++
      for (const [i, v] of first.entries()) {
        person.points += amounts[i]
        assert.deepEqual([v.code, v.credit_balance], ['ok', person.points], `${person.user}: ${JSON.stringify(v)}`)
      }
      count.postings += entries.length
    },
    repeat(res) {
      assert.equal(res.status, 200, JSON.stringify(res.body))
      assert.deepEqual(res.body.items, first.map(v => ({ ...v, again: true })), 'a posting sent again is its first result')
    },
    touches: [person],
  }
}

function outcome(client, person, said) {
  const key = `o-${SEED}-${client.no}-${++client.serial}`
  let first
  return {
    send: () => call('POST', `/api/v1/tasks/${person.k01.id}/outcome`, { key: client.writer, body: { outcome: said }, headers: { 'idempotency-key': key } }),
    settle(res, lost) {
      assert.equal(res.status, 200, JSON.stringify(res.body))
      first = res.body
      person.called(said)
      assert.deepEqual([first.task.attempts, first.task.state], [person.k01.attempts, person.k01.open ? 'open' : 'done'],
        `${person.user}, answer lost before: ${lost}`)
      count.outcomes++
    },
    repeat(res) { assert.deepEqual([res.status, res.body], [200, first], 'an outcome sent again is its first answer') },
    touches: [person],
  }
}

/** A file of stores, all rows or none. Long ones are bulk jobs that go on behind the answer, also over restarts. */
function imported(client, rows) {
  const key = `s-${SEED}-${client.no}-${++client.serial}`, codes = Array.from({ length: rows }, (_, i) => `${key}-${i}`)
  const body = ['code,name,kind,owner,city,state', ...codes.map((c, i) => `${c},门店${i},space,direct,上海,open`)].join('\n')
  let first
  return {
    send: () => call('POST', '/api/v1/stores/import', { key: client.writer, body, headers: { 'content-type': 'text/csv', 'idempotency-key': key } }),
    settle(res) {
      first = res.body
      assert.ok(res.status === 200 ? first.state === 'written' : res.status === 202 && first.state === 'running', JSON.stringify(first))
      assert.deepEqual([first.rows, first.errors], [rows, []])
      for (const c of codes) stores.add(c)
      if (first.import) running.add(first.import)
      count.imported += rows
    },
    repeat(res) { assert.deepEqual(res.body, first, 'an import sent again is its first answer') },
    touches: [],
  }
}

// --- A client ---------------------------------------------------------------------------------------------------------------
class Client {
  constructor(no) { Object.assign(this, { no, serial: 0, random: new Random(SEED * 1000 + no), mine: [], pending: null, lost: false, fresh: [] }) }

  plain(who, person) {
    const n = `m-${SEED}-${this.no}-${++this.serial}`
    return {
      wire: { type: 'track', ...who, event: 'page.read', messageId: n, properties: { n } }, person,
      happens: () => { if (person) person.events.set(n, { kind: 'page.read' }); else sharedReads[Number(who.userId.slice(7))]++ },
    }
  }

  step(person, kind, who = { userId: person.user }) {
    const n = `m-${SEED}-${this.no}-${++this.serial}`
    return {
      wire: { type: 'track', ...who, event: kind, messageId: n, properties: { n, ...person.says(kind) } }, person,
      happens: answer => person.happens(kind, n, answer),
    }
  }

  newPeople() {
    const events = []
    for (let i = this.random.below(3); i >= 0; i--) {
      const p = new Person(this, this.mine.length)
      this.mine.push(p)
      if (p.anonymous) events.push(this.plain({ anonymousId: p.anonymous }, p))
      events.push(this.step(p, 'lead.captured', p.anonymous ? { userId: p.user, anonymousId: p.anonymous } : undefined))
      if (this.random.below(3) === 0) events.push(...this.further(p, 'lead'))
    }
    return batch(this, events)
  }

  /** One to three further steps of a journey; some are left out, as in life. */
  further(p, from) {
    const events = []
    let at = steps.indexOf(from)
    for (let n = this.random.below(3); n >= 0 && at < steps.length - 1; n--) {
      at = Math.min(at + 1 + (this.random.below(4) === 0 ? 1 : 0), steps.length - 1)
      events.push(this.step(p, Person.kindOf(steps[at])))
    }
    return events
  }

  choose() {
    const p = this.mine.length ? this.random.of(this.mine) : null
    const dice = this.random.below(100)
    if (!p || dice < 30) return this.newPeople()
    if (dice < 33) return imported(this, 1 + this.random.below(60))
    if (dice < 60 && p.stage !== 'owner') return batch(this, this.further(p, p.stage))
    if (dice < 72 && p.id) return posting(this, p, Array.from({ length: 1 + this.random.below(4) }, () => 1 + this.random.below(50)))
    if (dice < 84 && p.k01?.id && p.k01.open) return outcome(this, p, p.k01.attempts < 2 ? 'not_reached' : 'reached')
    return batch(this, Array.from({ length: 1 + this.random.below(8) }, () =>
      this.random.below(2) ? this.plain({ userId: p.user }, p) : this.plain({ userId: `shared-${this.random.below(SHARED)}` })))
  }

  /** One request to its answer. False: the line broke. */
  async act() {
    this.pending ??= this.choose()
    const op = this.pending
    let res
    try { res = await op.send() } catch (e) {
      if (!dying) throw e
      this.lost = true
      count.lost++
      return false
    }
    op.settle(res, this.lost)
    this.pending = null
    this.lost = false
    done.push(op)
    this.fresh.push(op)
    count.requests++
    return true
  }

  /** Until the server is killed. Now and then it sends something old again, or reads. */
  async live() {
    while (!dying && await this.act()) {
      try {
        const p = this.mine.length ? this.random.of(this.mine) : null
        if (this.random.below(12) === 0) { const op = this.random.of(done); op.repeat(await op.send()) }
        if (p && p.stage && !p.id) await learn(p)
      } catch (e) { if (!dying || e instanceof assert.AssertionError) throw e }
      await sleep(this.random.below(8))
    }
  }
}

// --- What is compared -------------------------------------------------------------------------------------------------------
/** The ids the server gave: the person's, the promised call's. */
async function learn(p) {
  const found = (await get(`/api/v1/people?q=${encodeURIComponent(p.user)}`)).items
  assert.equal(found.length, 1, `one person called ${p.user}: ${JSON.stringify(found)}`)
  const tasks = (await get(`/api/v1/tasks?person=${found[0].id}&state=all&limit=100`)).items.filter(t => t.clock === 'K01')
  assert.equal(tasks.length, 1, `one K01 of ${p.user}: ${JSON.stringify(tasks)}`)
  p.k01.id = tasks[0].id
  p.id = found[0].id
}

async function timeline(id) {
  const items = []
  for (let cursor = ''; ;) {
    const page = await get(`/api/v1/people/${id}/timeline?limit=200${cursor}`)
    items.push(...page.items)
    if (!page.next) return items
    cursor = `&cursor=${encodeURIComponent(page.next)}`
  }
}

async function check(p) {
  if (!p.id) await learn(p)
  const [v, items, tasks] = await Promise.all([get(`/api/v1/people/${p.id}`), timeline(p.id),
    get(`/api/v1/tasks?person=${p.id}&state=all&limit=100`)])
  p.compare(v, items, tasks.items)
}

async function checkSome(list, look) {
  const queue = [...list]
  await Promise.all(Array.from({ length: 4 }, async () => { while (queue.length) await look(queue.pop()) }))
}

/** After a restart: what was answered in the life that ended, or had been on its way. */
async function recovered(random, clients) {
  for (const c of clients) if (c.pending) assert.ok(await c.act(), 'the server answers after its restart')
  const fresh = clients.flatMap(c => c.fresh.splice(0)), older = Array.from({ length: 4 }, () => random.of(done))
  await checkSome([...random.some(fresh, PER_LIFE), ...older], async op => op.repeat(await op.send()))
  await checkSome(random.some([...new Set(fresh.flatMap(op => op.touches))], PER_LIFE), check)
  assert.doesNotMatch(brand.log, /"level":"(warn|error)"|Sanitizer|runtime error/, 'a quiet start')
}

async function everything(clients) {
  await checkSome(done, async op => op.repeat(await op.send()))
  await checkSome(clients.flatMap(c => c.mine), check)
  for (let i = 0; i < SHARED; i++) {
    if (!sharedReads[i]) continue
    const found = (await get(`/api/v1/people?q=shared-${i}`)).items
    const read = (await timeline(found[0].id)).filter(e => e.kind === 'page.read')
    assert.equal(read.length, sharedReads[i], `page.read of shared-${i}`)
    assert.equal(new Set(read.map(e => e.props.n)).size, read.length, 'each once')
  }
  const codes = async () => (await call('GET', '/api/v1/stores/export.csv', { key: clients[0].writer })).body.trim()
    .split(/\r?\n/).slice(1).map(line => line.split(',')[2])
  for (const id of running) await until(async () => (await get(`/api/v1/records/imports/${id}`)).done, 10000, `the end of import ${id}`)
  assert.deepEqual((await codes()).sort(), [...stores].sort(), 'imported rows, each once')
  await counts(clients)
}

/** The timeline's own count of each kind against the clients'. */
async function counts(clients) {
  const own = new Map([['page.read', sharedReads.reduce((a, b) => a + b, 0)]])
  for (const p of clients.flatMap(c => c.mine)) for (const e of p.events.values()) own.set(e.kind, (own.get(e.kind) ?? 0) + 1)
  for (const [kind, n] of own)
    assert.equal((await brand.query({ ask: 'count', event: kind })).events, n, `${kind}: the timeline's count and the clients'`)
}

/** A copy taken while clients write, made a brand of its own: sound, with all that was acknowledged before it was begun. */
async function copied(clients) {
  const own = () => done.reduce((n, op) => n + (op.events ?? 0), 0)
  const target = `${brand.dir}-copy`, restored = `${brand.dir}-restored`, question = `${brand.dir}-question`
  dying = false
  const running = clients.map(c => c.live()), before = own()
  await lianyi('backup', brand.dir, target)
  dying = true
  await Promise.all(running)
  await lianyi('restore', target, restored, '--key', `${brand.dir}/master.key`)
  assert.match(await lianyi('doctor', restored), /^ok/)
  writeFileSync(question, JSON.stringify({ ask: 'count', event: '*', where: [['n', 'exists']] }))
  const { events } = JSON.parse(await lianyi('query', restored, question))
  assert.ok(events >= before && events <= own(), `in the copy ${events} events, acknowledged before it ${before}, after it ${own()}`)
  for (const dir of [target, restored, question]) rmSync(dir, { recursive: true, force: true })
}

// --- The lives of one server ------------------------------------------------------------------------------------------------
let dying = false
/** kill -9; every twelfth life ends orderly instead, and must end with 0: leaks and sanitizers would speak. */
async function end(n) {
  if (n % 12 !== 11) return brand.kill()
  const gone = new Promise(r => brand.process.once('exit', r))
  brand.process.kill('SIGTERM')
  assert.equal(await gone, 0, `an orderly end under load:\n${brand.log.slice(-4000)}`)
  count.orderly++
}

/** Starts it again; one start in four is killed as well, anywhere in its recovery. */
async function startAgain(random) {
  while (random.below(4) === 0) {
    const start = brand.start().catch(() => {})
    await sleep(random.below(100))
    await brand.kill()
    await start
    count.killed_starts++
  }
  const at = Date.now()
  await brand.start()
  count.restart_ms = Math.max(count.restart_ms, Date.now() - at)
}

async function life(random, clients, n) {
  dying = false
  const running = clients.map(c => c.live())
  const failed = new Promise((_, no) => running.forEach(r => r.catch(no)))
  failed.catch(() => {})
  const target = `${brand.dir}-copy`
  const copy = n % 8 === 7 ? lianyi('backup', brand.dir, target).then(() => count.backups++, () => {}) : null
  await Promise.race([sleep(20 + random.below(380)), failed])
  assert.deepEqual([brand.process.exitCode, brand.process.signalCode], [null, null], 'nothing but us ends the server')
  dying = true
  await end(n)
  await Promise.all(running)
  await copy
  rmSync(target, { recursive: true, force: true })
  brand.log = ''
  await startAgain(random)
  dying = false
  await recovered(random, clients)
  if (n % 5 === 4) assert.match(await brand.doctor(), /^ok/)
}

const began = Date.now()
let passed = 0
try {
  const clients = Array.from({ length: CLIENTS }, (_, i) => new Client(i))
  for (const c of clients) Object.assign(c, { key: await newKey('ingest', `app ${c.no}`), writer: await newKey('write', `desk ${c.no}`) })
  const random = new Random(SEED)
  for (let n = 0; n < KILLS; n++) { await life(random, clients, n); passed++ }
  await copied(clients)
  await everything(clients)
  assert.match(await brand.doctor(), /^ok/)
  const dir = brand.dir
  await brand.stop()
  passed++
  console.log(`note: ${KILLS} kills, seed ${SEED}, ${Math.round((Date.now() - began) / 1000)} s: ${JSON.stringify({ ...count, people: clients.reduce((n, c) => n + c.mine.length, 0), dir })}`)
} catch (e) {
  console.log(`after ${passed} kills, seed ${SEED}, in ${brand.dir}:\n${e.stack}\n${brand.log.slice(-3000)}`)
  brand.process.kill('SIGKILL')
  console.log(`${passed} passed, 1 failed`)
  process.exit(1)
}
console.log(`${passed} passed, 0 failed`)
