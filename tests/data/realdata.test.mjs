// Histories that the world wrote, through the ingest API as a brand would bring its own: what `query` answers must be what the
// files themselves say. Sent once more, nothing changes. The files are not part of the project; without them this passes.
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { root, startBrand } from '../lib/brand.mjs'

const data = join(root, '..', 'shared', 'data'), there = existsSync(data)
const skip = there ? false : 'no ../shared/data'
if (!there) console.log('note: skipped: no ../shared/data')
const lines = name => readFileSync(join(data, 'events', name), 'latin1').split('\n').filter(l => l.trim())
const BATCH = 2500

let brand, admin
before(async () => {
  if (!there) return
  brand = await startBrand()
  admin = await brand.key('admin')
})
after(() => brand?.stop())

/** A key for history: its times are taken as they are, and no rule wakes. */
async function historyKey(name) {
  const res = await brand.call('POST', '/api/v1/keys', { key: admin, body: { scope: 'ingest', name, effects: 'none' }, headers: { 'idempotency-key': name } })
  assert.equal(res.status, 201, JSON.stringify(res.body))
  return res.body.key
}

async function send(key, events) {
  const sum = { stored: 0, duplicate: 0, refused: 0 }
  for (let i = 0; i < events.length; i += BATCH) {
    const res = await brand.call('POST', '/v1/batch', { key, body: { batch: events.slice(i, i + BATCH) } })
    assert.equal(res.status, 200, JSON.stringify(res.body))
    assert.deepEqual(res.body.events, [], 'nothing refused, nothing set in motion')
    for (const k of Object.keys(sum)) sum[k] += res.body[k]
  }
  return sum
}

/** Sends everything, asks everything; sends everything again, and asks again: the answers must stay. */
async function twice(key, events, questions) {
  const ask = async () => { const all = []; for (const q of questions) all.push(await brand.query(q)); return all }
  const t0 = Date.now()
  assert.deepEqual(await send(key, events), { stored: events.length, duplicate: 0, refused: 0 })
  const t1 = Date.now(), answers = await ask(), t2 = Date.now()
  assert.deepEqual(await send(key, events), { stored: 0, duplicate: events.length, refused: 0 })
  assert.deepEqual(await ask(), answers, 'sent again, nothing changes')
  console.log(`note: ${events.length} events in ${t1 - t0} ms, ${questions.length} questions in ${t2 - t1} ms`)
  assert.match(await brand.doctor(), /^ok/)
  return answers
}

test('CDNOW: 69,659 purchases of eighteen months', { skip }, async () => {
  // Customer, day, units, dollars. 255 lines repeat an earlier one exactly and are purchases of their own: the line is the message.
  const events = lines('CDNOW_master_restored.txt').map((line, i) => {
    const [who, day, units, dollars] = line.trim().split(/\s+/)
    return {
      type: 'track', event: 'cd.bought', userId: `cdnow-${who}`, messageId: `cdnow-${i + 1}`,
      timestamp: `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}T00:00:00+08:00`,
      properties: { units: Number(units), cents: Number(dollars.replace('.', '')) },
    }
  })
  const [units, cents, firsts, once, trend] = await twice(await historyKey('cdnow'), events, [
    { ask: 'count', event: 'cd.bought', of: 'units' },
    { ask: 'count', event: 'cd.bought', of: 'cents' },
    { ask: 'retention', first: { event: 'cd.bought' }, return: { event: 'cd.bought' }, from: '1997-01-01', to: '1998-07-01', by: 'month', periods: 17 },
    { ask: 'audience', who: { did: { event: 'cd.bought', at_least: 1, at_most: 1 } }, sample: 1 },
    { ask: 'trend', event: 'cd.bought', from: '1997-01-01', to: '1998-07-01', by: 'month' },
  ])
  assert.deepEqual([units.events, units.people, units.sum], [69659, 23570, 167881])
  assert.deepEqual([cents.numbers, cents.sum], [69659, 250031563])
  assert.deepEqual([units.first, units.last], ['1996-12-31T16:00:00.000000Z', '1998-06-29T16:00:00.000000Z'])
  const cohorts = firsts.cohorts.filter(c => c.people)
  assert.deepEqual(cohorts.map(c => c.people), [7846, 8476, 7248], 'first purchases in January, February, March')
  assert.equal(once.people, 11908, 'bought once')
  // The same month by month, counted here.
  const months = new Map()
  for (const e of events) {
    const m = e.timestamp.slice(0, 7), v = months.get(m) ?? { events: 0, people: new Set() }
    v.events++
    v.people.add(e.userId)
    months.set(m, v)
  }
  assert.deepEqual(trend.periods.map(p => [p.events, p.people]), [...months.keys()].sort().map(m => [months.get(m).events, months.get(m).people.size]))
})

test('Taobao: 71,777 views, carts, favourites and purchases of an hour and a half', { skip }, async () => {
  const events = lines('taobao_UserBehavior_1h_sample.csv').map((line, i) => {
    const [who, item, category, kind, second] = line.trim().split(',')
    return {
      type: 'track', event: kind, userId: `taobao-${who}`, messageId: `taobao-${i + 1}`,
      timestamp: new Date(Number(second) * 1000).toISOString(), properties: { item: Number(item), category: Number(category) },
    }
  })
  const day = { from: '2017-11-26', to: '2017-11-27' }
  const [all, ...kinds] = await twice(await historyKey('taobao'), events,
    [{ ask: 'count', event: '*', ...day }, ...['pv', 'cart', 'fav', 'buy'].map(event => ({ ask: 'count', event })),
      { ask: 'funnel', steps: [{ event: 'pv' }, { event: 'buy' }], window: '1d', ...day },
      { ask: 'top', event: 'pv', of: 'category', limit: 5 }])
  assert.deepEqual([all.events, all.people], [71777, 45277])
  assert.deepEqual([all.first, all.last], ['2017-11-26T01:00:00.000000Z', '2017-11-26T02:28:37.000000Z'])
  assert.deepEqual(kinds.slice(0, 4).map(k => k.events), [64084, 3919, 2196, 1578])
  const [funnel, top] = kinds.slice(4)
  // A purchase after a view, and the best-seen categories, counted here. Events of one second stand as they arrived.
  const seen = new Set(), bought = new Set(), of = new Map()
  const order = events.map((e, i) => [e, i]).sort((a, b) => a[0].timestamp.localeCompare(b[0].timestamp) || a[1] - b[1])
  for (const [e] of order) {
    if (e.event === 'pv') { seen.add(e.userId); of.set(e.properties.category, (of.get(e.properties.category) ?? 0) + 1) }
    if (e.event === 'buy' && seen.has(e.userId)) bought.add(e.userId)
  }
  assert.deepEqual(funnel.steps.map(s => s.people ?? s), [seen.size, bought.size])
  assert.equal(top.distinct, of.size)
  assert.deepEqual(top.values.map(v => v.events), [...of.values()].sort((a, b) => b - a).slice(0, 5))
})
