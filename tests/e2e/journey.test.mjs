// The main job, from end to end: somebody follows, leaves a phone number, drives, reserves, orders, takes delivery.
// By SDK and API; every request three times; the server killed in the middle.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Analytics } from '@segment/analytics-node'
import { startBrand } from '../lib/brand.mjs'
import { callDue } from '../lib/clock.mjs'

let brand, key, read
before(async () => {
  brand = await startBrand()
  key = await brand.key('ingest', 'app')
  read = await brand.key('read', 'reader')
})
after(() => brand.stop())

let message = 0
/** One event, sent three times: the first answer counts, the others must change nothing. */
async function happens(userId, event, properties = {}) {
  const body = { userId, event, properties, messageId: `j-${++message}` }
  const first = await brand.call('POST', '/v1/track', { key, body })
  assert.equal(first.status, 200, JSON.stringify(first.body))
  assert.equal(first.body.stored, 1, JSON.stringify(first.body))
  const before = await digest(userId)
  for (let i = 0; i < 2; i++) {
    const again = await brand.call('POST', '/v1/track', { key, body })
    assert.deepEqual([again.status, again.body.stored, again.body.duplicate], [200, 0, 1])
  }
  assert.deepEqual(await digest(userId), before, `${event} again changes nothing`)
  return first.body.events[0]?.effects ?? []
}

const person = async userId => {
  const found = (await brand.call('GET', `/api/v1/people?q=${encodeURIComponent(userId)}`, { key: read })).body.items
  assert.equal(found.length, 1, `one person called ${userId}`)
  return (await brand.call('GET', `/api/v1/people/${found[0].id}`, { key: read })).body
}
const points = p => p.balances.find(b => b.unit === 'points') ?? { amount: 0, pending: 0 }
const tasks = async p => (await brand.call('GET', `/api/v1/tasks?person=${p.id}&state=all`, { key: read })).body.items
async function digest(userId) {
  const p = await person(userId)
  return { stage: p.stage, tags: p.tags.map(t => t.tag).sort(), points: points(p), tasks: (await tasks(p)).map(t => [t.clock, t.due, t.state]).sort(), opportunities: p.opportunities.map(o => [o.stage, o.state]) }
}
const done = (effects, kind) => effects.filter(e => e.kind === kind && e.outcome === 'done')

test('a phone without consent is stored, but is no lead: no stage, no task', async () => {
  await happens('无同意', 'follow.started')
  const effects = await happens('无同意', 'lead.captured', { phone: '13800138001', consent_call: false, model: 'E7' })
  const p = await person('无同意')
  assert.equal(p.stage, 'follow')
  assert.deepEqual(await tasks(p), [])
  assert.equal(done(effects, 'task').length, 0)
  assert.ok(p.contacts.some(c => c.kind === 'phone' && /^138.*8001$/.test(c.masked)), JSON.stringify(p.contacts))
})

test('the seven stages, points in the reply, tasks with clocks', async () => {
  const u = '周女士'
  await happens(u, 'follow.started')
  assert.equal((await person(u)).stage, 'follow')

  const t0 = Date.now()
  let effects = await happens(u, 'lead.captured', { phone: '+86 138-0013-8002', name: '周岚', consent_call: true, model: 'E7', city: '上海' })
  assert.deepEqual(done(effects, 'stage').map(e => e.what), ['lead'])
  const posted = done(effects, 'points')
  assert.equal(posted.length, 1, JSON.stringify(effects))
  assert.equal(posted[0].amount, 100)
  assert.equal(posted[0].balance, 100)
  const opened = done(effects, 'task')
  assert.deepEqual(opened.map(e => e.what), ['K01'])
  const due = Date.parse(opened[0].due)
  assert.ok(due >= callDue(t0, 12) && due <= callDue(Date.now(), 12), `due ${opened[0].due}`)
  let p = await person(u)
  assert.deepEqual([p.stage, p.band, p.name, p.city], ['lead', 'prospect', '周岚', '上海'])
  assert.equal((await tasks(p))[0].due, opened[0].due)

  await happens(u, 'test_drive.booked', { store: '上海S01' })
  assert.equal((await person(u)).stage, 'lead')
  effects = await happens(u, 'test_drive.completed', { store: '上海S01' })
  assert.equal(done(effects, 'points')[0].amount, 300)
  assert.equal((await person(u)).stage, 'trial')

  effects = await happens(u, 'reserve.placed', { model: 'E7', amount_fen: 200000 })
  p = await person(u)
  assert.deepEqual([p.stage, p.band, points(p).amount, points(p).pending], ['reserve', 'prospect', 400, 500])
  assert.ok((await tasks(p)).some(t => t.clock === 'K02' && t.state === 'open'), 'the two-hour promise runs')

  await happens(u, 'order.placed', { model: 'E7', order: 'O-1' })
  p = await person(u)
  assert.deepEqual([p.stage, p.band], ['order', 'owner_to_be'])
  assert.deepEqual([points(p).amount, points(p).pending], [900, 2000])

  await happens(u, 'delivery.completed', { vin: 'LQYTEST0000000001', model: 'E7', order: 'O-1' })
  p = await person(u)
  assert.deepEqual([p.stage, p.band, p.vehicles], ['owner', 'owner', 1])
  assert.deepEqual([points(p).amount, points(p).pending], [900 + 2000 + 5000, 0])
  assert.deepEqual(p.opportunities.map(o => [o.state, o.stage]), [['won', 'owner']])
  const steps = p.opportunities[0].steps.map(s => s.stage)
  assert.deepEqual(steps, ['lead', 'trial', 'reserve', 'order', 'owner'])
})

test('skipping is allowed, going back only by cancellation', async () => {
  const u = '跳级'
  await happens(u, 'lead.captured', { phone: '13800138003', consent_call: true, model: 'C5' })
  await happens(u, 'order.placed', { model: 'C5' })
  assert.equal((await person(u)).stage, 'order')
  await happens(u, 'test_drive.completed')
  assert.equal((await person(u)).stage, 'order', 'an earlier stage’s event does not pull back')
  await happens(u, 'order.cancelled', { model: 'C5' })
  assert.notEqual((await person(u)).stage, 'order')
})

test('anonymous first: what somebody did before they were known is theirs', async () => {
  const send = body => brand.call('POST', '/v1/track', { key, body })
  await send({ anonymousId: 'anon-1', event: 'follow.started', messageId: 'a-1' })
  await send({ anonymousId: 'anon-1', event: 'page.read', messageId: 'a-2' })
  await send({ anonymousId: 'anon-1', userId: '后来知道', event: 'app.registered', messageId: 'a-3' })
  for (const life of ['before', 'after']) {
    const p = await person('后来知道')
    const seen = (await brand.call('GET', `/api/v1/people/${p.id}/timeline`, { key: read })).body.items.map(e => e.kind)
    for (const kind of ['follow.started', 'page.read', 'app.registered']) assert.ok(seen.includes(kind), `${kind} in ${seen} ${life} a kill`)
    if (life === 'before') await brand.restart()
  }
})

test('the same journey by an unmodified SDK, with a kill in the middle', async () => {
  const stages = ['follow.started', 'lead.captured', 'test_drive.completed', 'order.placed', 'delivery.completed']
  for (const [i, event] of stages.entries()) {
    const a = new Analytics({ writeKey: key, host: brand.url, flushAt: 1 })
    a.track({ userId: 'SDK用户', event, properties: { phone: '13800138004', consent_call: true, model: 'E7', vin: 'LQYTEST0000000002' } })
    await a.closeAndFlush()
    if (i === 2) await brand.restart()
  }
  const p = await person('SDK用户')
  assert.equal(p.stage, 'owner')
  assert.match(await brand.doctor(), /^ok/)
})

test('no phone number, name or VIN stands anywhere but in the vault', async () => {
  const { readdirSync, readFileSync, statSync } = await import('node:fs')
  const walk = d => readdirSync(d).flatMap(n => { const f = `${d}/${n}`; return statSync(f).isDirectory() ? walk(f) : statSync(f).isFile() ? [f] : [] })
  for (const file of walk(brand.dir)) {
    const bytes = readFileSync(file)
    for (const secret of ['13800138002', '138-0013-8002', '周岚', 'LQYTEST0000000001'])
      assert.equal(bytes.indexOf(secret), -1, `${secret} in ${file}`)
  }
  assert.equal(brand.log.includes('1380013'), false)
})
