// The tracking plan end to end: an event that does not fit waits sealed, is mended and replayed once with kills in between; the live
// stream is filtered by the server; a source in shadow only says what would happen.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { readFileSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { startBrand, until } from '../lib/brand.mjs'

let brand, key, admin
before(async () => { brand = await startBrand(); key = await brand.key('ingest', 'app'); admin = await brand.key('admin', 'ops') })
after(() => brand?.stop())

const track = (userId, event, properties, messageId, k = key) => brand.call('POST', '/v1/track', { key: k, body: { userId, event, properties, messageId } })
const api = async (method, path, body, headers = {}) => {
  const r = await brand.call(method, path, { key: admin, body, headers: { ...(method === 'POST' ? { 'idempotency-key': `k${Math.random()}` } : {}), ...headers } })
  assert.ok(r.status < 300, `${method} ${path}: ${r.status} ${JSON.stringify(r.body)}`)
  return r.body
}
const plain = '13912345678'

function* files(dir) {
  for (const name of readdirSync(dir)) {
    const path = join(dir, name)
    if (statSync(path).isDirectory()) yield* files(path)
    else if (statSync(path).isFile()) yield path
  }
}

test('quarantined, killed, mended, replayed, killed: once, with its rules', async () => {
  const sent = () => track('u1', 'lead.captured', { phone: plain, consent_call: 'yes', city: '上海' }, 'm-1')
  const first = await sent()
  assert.equal(first.status, 200)
  assert.equal(first.body.quarantined, 1)
  assert.deepEqual([first.body.events[0].verdict, first.body.events[0].code, first.body.events[0].field], ['quarantined', 'field_type', 'properties.consent_call'])
  await brand.restart()
  assert.equal((await sent()).body.duplicate, 1, 'the sender tries again: it waits once')
  for (const path of files(brand.dir)) assert.ok(!readFileSync(path).includes(plain), `${path} holds the number in plain`)

  const list = await api('GET', '/api/v1/quarantine')
  assert.equal(list.items.length, 1)
  const { id } = list.items[0]
  const one = await api('GET', `/api/v1/quarantine/${id}`)
  assert.equal(one.props.find(p => p.name === 'phone').personal, 'phone')
  assert.equal(one.props.find(p => p.name === 'phone').value, '')
  await api('PATCH', `/api/v1/quarantine/${id}`, { set: { consent_call: true } }, { 'if-match': '"1"' })
  await brand.restart()

  const done = await api('POST', '/api/v1/quarantine/replay', { ids: [id] })
  assert.equal(done.items[0].verdict, 'stored')
  assert.ok(done.items[0].effects.some(e => e.kind === 'task' && e.outcome === 'done'), 'the lead opens its task')
  await brand.restart()
  assert.equal((await api('POST', '/api/v1/quarantine/replay', { ids: [id] })).items[0].verdict, 'gone')
  assert.equal((await sent()).body.duplicate, 1)
  assert.equal((await api('GET', '/api/v1/tasks?state=open')).items.length, 1)
})

test('a group is replayed in the background after the plan was mended, through a kill', async () => {
  const N = 300
  await api('PUT', '/api/v1/plan/kinds', { kind: 'priced', props: [{ name: 'price', type: 'integer' }] }, { 'if-match': '*' })
  const batch = Array.from({ length: N }, (_, i) => ({ type: 'track', userId: `p${i % 7}`, event: 'priced', messageId: `b${i}`, properties: { price: `${i}` } }))
  const r = await brand.call('POST', '/v1/batch', { key, body: { batch } })
  assert.equal(r.body.quarantined, N)
  assert.equal((await api('GET', '/api/v1/quarantine/groups')).items.find(g => g.kind === 'priced').n, N)
  const kind = await api('GET', '/api/v1/plan/kind?name=priced')
  await api('PUT', '/api/v1/plan/kinds', { kind: 'priced', props: [{ name: 'price', type: 'text' }] }, { 'if-match': `"${kind.about.version}"` })
  assert.equal((await api('POST', '/api/v1/quarantine/replay', { kind: 'priced' })).n, N)
  await brand.restart()
  await until(async () => (await api('GET', '/api/v1/quarantine?kind=priced&state=replayed&limit=1')).items.length && !(await api('GET', '/api/v1/quarantine/groups')).items.some(g => g.kind === 'priced'), 30000, 'the background replay')
  const answer = await brand.query({ ask: 'count', event: 'priced' })
  assert.equal(JSON.stringify(answer).match(/"events":(\d+)/)?.[1], String(N), JSON.stringify(answer))
})

test('the live stream: only what was asked for, refused and quarantined events too', async () => {
  const stop = new AbortController(), seen = { problem: [], kind: [], user: [] }
  const listen = async (query, into) => {
    const r = await fetch(`${brand.url}/api/v1/events/live?${query}`, { headers: { authorization: `Bearer ${admin}` }, signal: stop.signal })
    let text = ''
    const read = async () => { for await (const c of r.body.pipeThrough(new TextDecoderStream())) { text += c; for (let at; (at = text.indexOf('\n\n')) >= 0; text = text.slice(at + 2)) { const m = /^data: (.*)$/m.exec(text.slice(0, at)); if (m) into.push(JSON.parse(m[1])) } } }
    read().catch(() => {})
  }
  await Promise.all([listen('verdict=problem', seen.problem), listen('kind=WATCHED', seen.kind), listen('user=live-2', seen.user)])
  await track('live-1', 'watched.kind', {})
  await track('live-2', 'other.kind', {})
  await track('live-2', 'priced', { price: 5 })
  assert.equal((await brand.call('POST', '/v1/track', { key, body: { event: 'nobody' } })).status, 422)
  const alone = Buffer.from(JSON.stringify({ type: 'track', event: 'nobody.sensed', properties: {} })).toString('base64')
  assert.equal((await fetch(`${brand.url}/sa?project=default&token=${key}&data=${encodeURIComponent(alone)}`)).status, 400)
  await until(() => seen.problem.length === 3 && seen.user.length === 2 && seen.kind.length === 1, 10000, 'the streams')
  assert.deepEqual(seen.problem.map(e => [e.kind, e.verdict, e.code]), [['priced', 'quarantined', 'field_type'], ['nobody', 'refused', 'field_required'], ['nobody.sensed', 'refused', 'field_required']])
  assert.deepEqual(seen.kind.map(e => e.kind), ['watched.kind'])
  assert.deepEqual(seen.user.map(e => e.kind), ['other.kind', 'priced'])
  stop.abort()
  const sources = await api('GET', '/api/v1/sources')
  const mine = sources.items.find(s => s.name === 'app')
  assert.ok(mine.refused >= 1 && mine.quarantined >= 1 && mine.stored > 0 && mine.last, JSON.stringify(mine))
})

test('a source in shadow: nothing moves, what would have is told', async () => {
  const made = await api('POST', '/api/v1/keys', { name: 'migration', scope: 'ingest', effects: 'shadow' })
  const r = await track('shadow-1', 'lead.captured', { phone: '13700001111', consent_call: true }, 's-1', made.key)
  assert.equal(r.body.stored, 1)
  assert.ok(r.body.events[0].effects.some(e => e.kind === 'points' && e.outcome === 'would' && e.amount === 100), JSON.stringify(r.body))
  assert.ok(!r.body.events[0].effects.some(e => e.outcome === 'done'))
  const tasks = (await api('GET', '/api/v1/tasks?state=open')).items.length
  const would = await api('GET', `/api/v1/shadow?source=${made.about.source}`)
  assert.ok(would.sums.some(s => s.kind === 'points' && s.outcome === 'done' && s.n === 1 && s.amount === 100))
  assert.equal(tasks, 1, 'only the task of the first test')
})
