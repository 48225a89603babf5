// Unmodified SDKs deliver a known set: each event once, right subject, right time, whatever the network does.
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { after, before, test } from 'node:test'
import { Analytics } from '@segment/analytics-node'
import RudderAnalytics from '@rudderstack/rudder-sdk-node'
import { chromium } from 'playwright-core'
import { lossyProxy } from '../lib/lossy.mjs'
import { root, startBrand, until } from '../lib/brand.mjs'

let brand, key, read
before(async () => {
  brand = await startBrand()
  key = await brand.key('ingest', 'sdk')
  read = await brand.key('read', 'reader')
})
after(() => brand.stop())

const count = async event => (await brand.query({ ask: 'count', event })).events
const people = async event => (await brand.query({ ask: 'count', event })).people
async function timelineOf(userId) {
  const found = await brand.call('GET', `/api/v1/people?q=${encodeURIComponent(userId)}`, { key: read })
  assert.equal(found.body.items.length, 1, `one person for ${userId}: ${JSON.stringify(found.body)}`)
  return (await brand.call('GET', `/api/v1/people/${found.body.items[0].id}/timeline?limit=200`, { key: read })).body.items
}

test('@segment/analytics-node: Chinese names, retries after lost acknowledgements, nothing doubled', async () => {
  const proxy = await lossyProxy(brand.url, n => n % 2 === 1)
  const analytics = new Analytics({ writeKey: key, host: proxy.url, maxRetries: 5, flushAt: 7, flushInterval: 50 })
  const errors = []
  analytics.on('error', e => errors.push(e))
  for (let i = 0; i < 40; i++)
    analytics.track({ userId: `用户-${i % 4}`, event: '预约 “试驾” 🚗', properties: { 车型: 'ET7', 序号: i, nested: { a: [1, { b: null }] } } })
  analytics.identify({ userId: '用户-0', traits: { 城市: '上海' } })
  await analytics.closeAndFlush({ timeout: 20000 })
  await proxy.close()
  assert.deepEqual(errors, [])
  assert.ok(proxy.lost >= 3, `acknowledgements were lost: ${proxy.lost}`)
  assert.equal(await count('预约 “试驾” 🚗'), 40)
  assert.equal(await people('预约 “试驾” 🚗'), 4)
  const seen = (await timelineOf('用户-0')).filter(e => e.kind === '预约 “试驾” 🚗')
  assert.equal(seen.length, 10)
})

test('@rudderstack/rudder-sdk-node: gzip labelled as a form, the same messages again', async () => {
  const proxy = await lossyProxy(brand.url, n => n === 1)
  const client = new RudderAnalytics(key, { dataPlaneUrl: proxy.url, flushAt: 5, flushInterval: 50, maxQueueSize: 1000, gzip: true })
  for (let i = 0; i < 20; i++)
    client.track({ userId: `rudder-${i % 2}`, event: 'rudder.ping', properties: { i } })
  await new Promise(r => client.flush(() => r()))
  await until(async () => (await count('rudder.ping')) === 20, 20000, 'all of RudderStack’s events')
  await proxy.close()
  assert.equal(await people('rudder.ping'), 2)
})

// The brand's site, the SDK and its bundles as a CDN would give them. No request may be intercepted in the browser: an intercepted
// request needs its page, so what a leaving page sends (fetch with keepalive) would be lost in the test and nowhere else.
async function brandSite() {
  const umd = join(root, 'tests/node_modules/@segment/analytics-next/dist/umd')
  const server = createServer((req, res) => {
    const script = req.url === '/sdk.js' ? 'index.js' : /^\/analytics-next\/bundles\/([\w.-]+\.js)$/.exec(req.url)?.[1]
    res.setHeader('content-type', script ? 'text/javascript' : 'text/html; charset=utf-8')
    res.end(script ? readFileSync(join(umd, script)) : `<!doctype html><title>青屿汽车</title><script src="/sdk.js"></script><a id="next" href="/next">下一页</a>`)
  })
  await new Promise(r => server.listen(0, '127.0.0.1', r))
  return { url: `http://127.0.0.1:${server.address().port}`, close: () => server.close() }
}

const launch = () => chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run'] })

/** A page of the site on which window.a is the SDK, told to deliver as `deliveryStrategy` says. */
async function sdkPage(browser, site, deliveryStrategy, path = '/') {
  const page = await browser.newPage()
  if (process.env.TRACE) for (const e of ['request', 'requestfailed', 'console', 'response']) page.on(e, x => console.log(e, x.method?.() ?? x.status?.() ?? '', x.url?.() ?? x.text?.(), x.failure?.()?.errorText ?? ''))
  await page.goto(site.url + path)
  await page.evaluate(async ({ key, host, cdnURL, deliveryStrategy }) => {
    const to = { apiHost: host, protocol: 'http' }
    window.a = window.AnalyticsNext.AnalyticsBrowser.load({ writeKey: key, cdnURL, cdnSettings: { integrations: { 'Segment.io': { apiKey: key, ...to } }, plan: {} } },
      { integrations: { 'Segment.io': { ...to, deliveryStrategy } } })
    await window.a.ready()
  }, { key, host: brand.url.replace('http://', '') + '/v1', cdnURL: site.url, deliveryStrategy })
  return page
}

test('@segment/analytics-next in Chromium: preflight, page events, single and in batches, a beacon', async () => {
  const site = await brandSite(), browser = await launch()
  try {
    const page = await sdkPage(browser, site, { strategy: 'standard' }, '/车型?phone=13800138000')
    await page.evaluate(async () => {
      await a.page('车型页')
      await a.track('browser.click', { 按钮: '预约' })
      await a.identify('浏览器-1', { 城市: '杭州' })
      await a.track('browser.click', { 按钮: '下定' })
    })
    await until(async () => (await count('browser.click')) === 2, 10000, 'the clicks')
    const batching = await sdkPage(browser, site, { strategy: 'batching', config: { size: 50, timeout: 1000 } })
    await batching.evaluate(() => Promise.all([0, 1, 2, 3, 4].map(i => a.track('browser.batch', { i }))).then(() => undefined))
    await until(async () => (await count('browser.batch')) === 5, 10000, 'the batch')
    // A beacon cannot set a header, so the key is in its body.
    await batching.evaluate(({ key, host }) => addEventListener('pagehide', () =>
      navigator.sendBeacon(`${host}/v1/b`, JSON.stringify({ writeKey: key, sentAt: new Date(), batch: [{ type: 'track', anonymousId: 'beacon-1', event: 'browser.beacon', messageId: 'beacon-1' }] }))),
    { key, host: brand.url })
    await batching.goto('about:blank')
    await until(async () => (await count('browser.beacon')) === 1, 10000, 'the beacon')
  } finally {
    await browser.close()
    site.close()
  }
  const seen = await timelineOf('浏览器-1')
  assert.equal(seen.filter(e => e.kind === 'browser.click').length, 2, 'the click before identify is the same person’s')
  const text = JSON.stringify(seen)
  assert.ok(!text.includes('13800138000'), 'the phone in the address stays out')
})

// Nothing but leaving sends these: the batch is neither full nor due for a minute.
const leaving = {
  'a link is followed': page => page.click('#next'),
  'another address is typed': page => page.goto('about:blank'),
  'the page is loaded again': page => page.reload(),
  'the tab is closed': page => page.close({ runBeforeUnload: true }),
}
test('@segment/analytics-next: the batch of a leaving page arrives, however it leaves', async () => {
  const site = await brandSite(), browser = await launch()
  try {
    for (const [how, leave] of Object.entries(leaving)) {
      // On a busy machine Chromium may end a closed tab before its last request has begun: that tab's events never left the browser.
      let left = how === 'the tab is closed' ? 3 : 1
      for (let arrived = false; !arrived; left--) {
        const event = `leave: ${how} ${left}`, page = await sdkPage(browser, site, { strategy: 'batching', config: { size: 50, timeout: 60000 } })
        await page.evaluate(event => Promise.all([0, 1, 2].map(i => a.track(event, { i }))).then(() => undefined), event)
        assert.equal(await count(event), 0, 'nothing was sent before')
        await leave(page)
        arrived = await until(async () => (await count(event)) === 3, 10000, how).catch(e => { if (left <= 1) throw e })
      }
    }
  } finally {
    await browser.close()
    site.close()
  }
})

test('clocks that are wrong: corrected by sentAt, both times kept, the impossible clamped', async () => {
  const now = Date.now()
  const wrong = now - 3 * 3600e3                       // a device three hours behind, ten seconds between event and sending
  const res = await brand.call('POST', '/v1/track', { key, body: { userId: '慢表', event: 'clock.slow', messageId: 'slow-1', timestamp: new Date(wrong - 10e3).toISOString(), sentAt: new Date(wrong).toISOString() } })
  assert.equal(res.status, 200, JSON.stringify(res.body))
  await brand.call('POST', '/v1/track', { key, body: { userId: '慢表', event: 'clock.ancient', messageId: 'old-1', timestamp: '1999-01-01T00:00:00Z' } })
  const seen = await timelineOf('慢表')
  const at = k => Date.parse(seen.find(e => e.kind === k).at)
  assert.ok(Math.abs(at('clock.slow') - (now - 10e3)) < 5000, 'ten seconds ago, by our clock')
  assert.ok(Math.abs(at('clock.ancient') - (now - 400 * 86400e3)) < 60e3, 'clamped to 400 days')
})

test('sizes: 33 KB events and 600 KB batches are taken, bombs and monsters are not', async () => {
  const big = { userId: '大', event: 'size.big', messageId: 'big-1', properties: { text: '涟'.repeat(11000) } }
  assert.equal((await brand.call('POST', '/v1/track', { key, body: big })).status, 200)
  const batch = Array.from({ length: 600 }, (_, i) => ({ type: 'track', userId: '大', event: 'size.batch', messageId: `sb-${i}`, properties: { text: 'x'.repeat(1000) } }))
  const res = await brand.call('POST', '/v1/batch', { key, body: { batch } })
  assert.equal(res.status, 200)
  assert.equal(res.body.stored, 600)
  const bomb = gzipSync(Buffer.alloc(200 << 20, 0x20))
  const bombed = await fetch(brand.url + '/v1/batch', { method: 'POST', body: bomb, headers: { 'content-encoding': 'gzip', authorization: `Bearer ${key}` } })
  assert.equal(bombed.status, 413)
  const monster = await brand.call('POST', '/v1/batch', { key, body: JSON.stringify({ batch: [{ type: 'track', userId: 'x', event: 'm', properties: { t: 'x'.repeat(5 << 20) } }] }) })
  assert.equal(monster.status, 413)
  assert.equal(await count('size.big'), 1)
  assert.equal(await count('size.batch'), 600)
})

test('keys: header with and without colon, body, both; wrong ones get 401 and store nothing', async () => {
  const b64 = s => Buffer.from(s).toString('base64')
  const send = (headers, extra = {}) => fetch(brand.url + '/v1/track', { method: 'POST', headers, body: JSON.stringify({ userId: 'k', event: 'key.test', ...extra }) })
  assert.equal((await send({ authorization: 'Basic ' + b64(key + ':') })).status, 200)
  assert.equal((await send({ authorization: 'Basic ' + b64(key) })).status, 200)
  assert.equal((await send({}, { writeKey: key })).status, 200)
  assert.equal((await send({ authorization: 'Basic ' + b64(key + ':') }, { writeKey: key })).status, 200)
  assert.equal((await send({ authorization: 'Basic ' + b64('nobody:') })).status, 401)
  assert.equal((await send({}, { writeKey: 'nobody' })).status, 401)
  assert.equal((await send({})).status, 401)
  assert.ok([401, 403].includes((await send({ authorization: 'Bearer ' + read })).status))
  assert.equal(await count('key.test'), 4)
})

test('every request three times changes nothing, and a batch says what became of each event', async () => {
  const batch = [
    { type: 'track', userId: '三遍', event: 'thrice', messageId: 't-1' },
    { type: 'track', userId: '三遍', event: 'thrice', messageId: 't-2' },
    { type: 'track', event: 'thrice', messageId: 't-3' },
    { type: 'nonsense', userId: '三遍', messageId: 't-4' },
  ]
  const first = await brand.call('POST', '/v1/batch', { key, body: { batch } })
  assert.deepEqual([first.body.stored, first.body.duplicate, first.body.refused], [2, 0, 2])
  assert.deepEqual(first.body.events.filter(e => e.verdict === 'refused').map(e => [e.message_id, e.code, e.field]),
    [['t-3', 'field_required', 'userId'], ['t-4', 'field_value', 'type']])
  for (let i = 0; i < 2; i++) {
    const again = await brand.call('POST', '/v1/batch', { key, body: { batch } })
    assert.deepEqual([again.status, again.body.stored, again.body.duplicate, again.body.refused], [200, 0, 2, 2])
  }
  assert.equal(await count('thrice'), 2)
})

test('what a killed server acknowledged is there, and sent again it is known', async () => {
  const send = i => brand.call('POST', '/v1/track', { key, body: { userId: `k-${i % 3}`, event: 'kill.test', messageId: `kill-${i}` } })
  for (let i = 0; i < 30; i++) assert.equal((await send(i)).status, 200)
  await brand.restart()
  assert.equal(await count('kill.test'), 30)
  for (let i = 0; i < 30; i++) assert.equal((await send(i)).body.duplicate, 1)
  assert.equal(await count('kill.test'), 30)
  assert.match(await brand.doctor(), /^ok/)
})
