// SensorsData's SDKs, unmodified: each event once, right person, right time, whatever the network does.
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { chromium } from 'playwright-core'
import { lossyProxy } from '../lib/lossy.mjs'
import { root, startBrand, until } from '../lib/brand.mjs'

const require = createRequire(import.meta.url)
let brand, key, read
before(async () => {
  brand = await startBrand()
  key = await brand.key('ingest', '神策')
  read = await brand.key('read', 'reader')
})
after(() => brand.stop())

const count = async event => (await brand.query({ ask: 'count', event })).events
const people = async event => (await brand.query({ ask: 'count', event })).people
// Undefined while nobody is known by that id.
async function findPerson(id) {
  const found = await brand.call('GET', `/api/v1/people?q=${encodeURIComponent(id)}`, { key: read })
  if (found.status === 403) return undefined             // a reader's key may find by id, and not look for names
  assert.equal(found.body.items?.length, 1, `one person for ${id}: ${JSON.stringify(found.body)}`)
  return found.body.items[0] && (await brand.call('GET', `/api/v1/people/${found.body.items[0].id}`, { key: read })).body
}
async function personOf(id) {
  const person = await findPerson(id)
  assert.ok(person, `somebody is known by ${id}`)
  return person
}
const withTrait = (id, name) => until(async () => { await new Promise(r => setTimeout(r, 300)); const p = await findPerson(id); return p && name in traitsOf(p) && p }, 10000, `${name} of ${id}`)
const timelineOf = async person => (await brand.call('GET', `/api/v1/people/${person.id}/timeline?limit=200`, { key: read })).body.items
const traitsOf = person => Object.fromEntries(person.traits.map(x => [x.name, x.value]))

// --- The wire by hand: what servers and apps send -----------------------------------------------------------------------------------
export const crc = text => [...Buffer.from(text)].reduce((h, c) => (Math.imul(31, h) + c) | 0, 0)
let track = 1000
const event = (type, more) => ({ type, time: Date.now(), _track_id: ++track, distinct_id: 'hand-1', lib: { $lib: 'python', $lib_version: '1.11.0', $lib_method: 'code' }, properties: {}, ...more })
const packed = (data, gzip) => (gzip ? gzipSync(JSON.stringify(data)) : Buffer.from(JSON.stringify(data))).toString('base64')
async function post(body, { path = '/sa', project = key, headers = {}, method = 'POST' } = {}) {
  const res = await fetch(`${brand.url}${path}?project=${project}`, { method, headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers }, body })
  return { status: res.status, type: res.headers.get('content-type'), cors: res.headers.get('access-control-allow-origin'), text: await res.text() }
}
const sendList = (list, options) => post(`data_list=${encodeURIComponent(packed(list, true))}&gzip=1`, options)

test('sa-sdk-node: batches in gzip, an acknowledgement lost and sent again from its own cache', async () => {
  const cache = mkdtempSync(join(tmpdir(), 'lianyi-sa-node-'))
  const proxy = await lossyProxy(brand.url, n => n === 1)
  const SensorsAnalytics = require('sa-sdk-node')
  const sa = new SensorsAnalytics()
  sa.disableReNameOption()
  const consumer = sa.initNWConsumer({ url: `${proxy.url}/sa?project=${key}`, cachePath: join(cache, 'events'), gzip: true }, { count: 5 })
  for (let i = 0; i < 19; i++) sa.track(`node-${i % 3}`, 'NodeBuy', { model: 'ET7', note: `“第 ${i} 次” 🚗`, $is_login_id: true })
  sa.profileSet('node-0', { $is_login_id: true, city: '上海', level: 3 })
  await until(async () => (await count('NodeBuy')) === 19, 15000, 'the node SDK’s events').catch(async e => { throw new Error(`${e.message}: ${await count('NodeBuy')} of 19, ${proxy.seen} requests, ${proxy.lost} lost`) })
  await until(() => proxy.seen >= 4, 5000, 'four requests')
  await new Promise(r => setTimeout(r, 500))
  await consumer.pushCache()
  await until(() => proxy.seen >= 5, 10000, 'the cached batch again')
  await new Promise(r => setTimeout(r, 500))
  assert.equal(proxy.lost, 1)
  assert.equal(await count('NodeBuy'), 19)
  assert.equal(await people('NodeBuy'), 3)
  assert.equal((await timelineOf(await personOf('node-0'))).filter(e => e.kind === 'NodeBuy').length, 7)
  await proxy.close()
  rmSync(cache, { recursive: true, force: true })
})

test('sa-sdk-javascript in Chromium: image, ajax, beacon, batch; the visitor of before the login is the same person', async () => {
  const site = createServer((rq, res) => { res.setHeader('content-type', 'text/html; charset=utf-8'); res.end('<!doctype html><title>青屿汽车</title><button>预约</button>') })
  await new Promise(r => site.listen(0, '127.0.0.1', r))
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run'] })
  const ways = { image: { send_type: 'image' }, ajax: { send_type: 'ajax' }, beacon: { send_type: 'beacon' }, batch: { batch_send: { send_interval: 600 } } }
  const sdk = readFileSync(join(root, 'tests/node_modules/sa-sdk-javascript/dist/web/sensorsdata.js'), 'utf8')
  try {
    for (const [name, way] of Object.entries(ways)) {
      const page = await (await browser.newContext()).newPage()
      if (process.env.TRACE) for (const e of ['requestfailed', 'console', 'response']) page.on(e, x => console.log(name, e, x.status?.() ?? '', x.url?.() ?? x.text?.(), x.failure?.()?.errorText ?? ''))
      await page.goto(`http://127.0.0.1:${site.address().port}/车型?phone=13800138000`)
      await page.addScriptTag({ content: sdk })
      await page.evaluate(({ url, way, name }) => {
        const sensors = window.sensorsDataAnalytic201505
        sensors.init({ server_url: url, show_log: false, is_track_single_page: false, heatmap: { clickmap: 'not_collect', scroll_notice_map: 'not_collect' }, ...way })
        sensors.quick('autoTrackSinglePage', { $title: '车型页' })
        for (let i = 0; i < 3; i++) sensors.track(`web_${name}`, { 按钮: '预约 “试驾” 🚗', 第: i })
        sensors.login(`web-${name}`)
        sensors.track(`web_${name}`, { 按钮: '下定' })
        sensors.setProfile({ city: '杭州', level: 1 })
        sensors.incrementProfile({ level: 4 })
        sensors.appendProfile({ likes: ['露营', '滑雪'] })
      }, { url: `${brand.url}/sa?project=${key}`, way, name })
      await until(async () => (await count(`web_${name}`)) === 4, 15000, `${name}: four events`)
      await withTrait(`web-${name}`, 'likes')
      await new Promise(r => setTimeout(r, 800))
      assert.equal(await count(`web_${name}`), 4, `${name}: nothing twice`)
      assert.equal(await people(`web_${name}`), 1, `${name}: before and after the login one person`)
      const person = await personOf(`web-${name}`), seen = await timelineOf(person)
      assert.deepEqual(traitsOf(person), { ...traitsOf(person), city: '杭州', level: 5, likes: ['露营', '滑雪'] })
      const clicks = seen.filter(e => e.kind === `web_${name}`)
      assert.ok(clicks.every(e => Math.abs(Date.parse(e.at) - Date.now()) < 30e3), 'at their time')
      assert.equal(clicks[0].props.$url?.includes('?'), false, 'addresses without their query')
      assert.ok(!JSON.stringify(seen).includes('13800138000'), 'the phone in the address stays out')
      await page.context().close()
    }
  } finally {
    await browser.close()
    site.close()
  }
})

test('sa-sdk-miniprogram under a shim of wx: text/plain, emoji as surrogates, openid and login', async () => {
  const store = {}, app = {}
  const answered = []
  globalThis.wx = {
    getStorageSync: k => store[k] ?? '', setStorageSync: (k, v) => { store[k] = v }, getStorage: o => o.complete?.({ data: store[o.key] }),
    getSystemInfo: o => { const i = { brand: 'XIAOMI', model: 'MI 14', system: 'Android 14', platform: 'android', screenWidth: 393, screenHeight: 852, windowWidth: 393, windowHeight: 800, version: '8.0.50', SDKVersion: '3.5.0' }; o.success?.(i); o.complete?.(i) },
    getNetworkType: o => { o.success?.({ networkType: 'wifi' }); o.complete?.() }, onNetworkStatusChange() {}, onAppShow() {}, onAppHide() {},
    getAccountInfoSync: () => ({ miniProgram: { appId: 'wx0123456789abcdef', version: '2.3.4' } }), getLaunchOptionsSync: () => ({ path: 'pages/index/index', scene: 1001, query: {} }),
    setNavigationBarTitle() {}, login: o => o.fail?.(),
    request: o => {
      fetch(o.url, { method: o.method, body: o.data, headers: { 'content-type': 'text/plain' } }).then(async r => { answered.push(r.status); o.success?.({ statusCode: r.status, data: await r.text() }); o.complete?.() }, () => { o.fail?.(); o.complete?.() })
      return { abort() {} }
    },
  }
  globalThis.App = o => { app.app = o }
  globalThis.Page = globalThis.Component = () => {}
  globalThis.getApp = () => app.app
  globalThis.getCurrentPages = () => [{ route: 'pages/index/index', __route__: 'pages/index/index' }]
  const sensors = require('sa-sdk-miniprogram')
  const api = sensors.default ?? sensors
  api.setPara({ server_url: `${brand.url}/sa?project=${key}`, autoTrack: { appLaunch: false, appShow: false, appHide: false, pageShow: false, pageShare: false, mpClick: false, pageLeave: false }, batch_send: { send_timeout: 300, max_length: 3 }, show_log: false })
  api.init()
  api.track('mp_view', { 车型: 'ET7', 心情: '🚗 出发' })
  api.login('mp-user-1')
  api.track('mp_view', { 车型: 'ES6' })
  api.setProfile({ 城市: '成都' })
  api.appendProfile({ 喜欢: ['露营'] })
  await until(async () => (await count('mp_view')) === 2, 15000, 'the mini-program’s events')
  const person = await withTrait('mp-user-1', '喜欢')
  assert.equal(await people('mp_view'), 1)
  const seen = await timelineOf(person)
  assert.ok(JSON.stringify(seen).includes('🚗 出发'), 'one character, not two halves')
  assert.ok(person.identities.some(i => i.kind === 'mp_id'))
  assert.deepEqual(traitsOf(person).喜欢, ['露营'])
  assert.ok(answered.every(s => s === 200), String(answered))
  for (const name of ['wx', 'App', 'Page', 'Component', 'getApp', 'getCurrentPages']) delete globalThis[name]
})

test('the wire of Python and Java servers and of Android: single, list, crc, clocks, the same again', async () => {
  const one = event('track', { event: 'HandOne', distinct_id: 'hand-1', properties: { $is_login_id: true, 门店: '上海 “浦东”' } })
  const b64 = packed(one, true)
  for (let i = 0; i < 3; i++) assert.deepEqual(await post(`data=${encodeURIComponent(b64)}&gzip=1`), { status: 200, type: null, cors: '*', text: '' })
  assert.equal(await count('HandOne'), 1)
  // A device three hours slow, ten seconds between event and sending; a retry with a later sending time is the same event.
  const slow = Date.now() - 3 * 3600e3
  const android = [event('track', { event: 'HandSlow', distinct_id: 'dev-1', anonymous_id: 'dev-1', identities: { $identity_android_id: 'dev-1' }, time: slow - 10e3, _flush_time: slow })]
  const list = packed(android, true)
  assert.equal((await post(`crc=${crc(list)}&gzip=1&data_list=${encodeURIComponent(list)}`)).status, 200)
  const again = packed([{ ...android[0], _flush_time: slow + 60e3 }], true)
  assert.equal((await post(`crc=${crc(again)}&gzip=1&data_list=${encodeURIComponent(again)}&instant_event=true`)).status, 200)
  assert.equal(await count('HandSlow'), 1)
  // History of an import keeps its own time.
  assert.equal((await sendList([event('track', { event: 'HandOld', time: Date.parse('2019-05-01T00:00:00Z'), time_free: true, properties: { $is_login_id: true } })])).status, 200)
  const seen = await timelineOf(await personOf('hand-1'))
  assert.equal(seen.find(e => e.kind === 'HandOld').at, '2019-05-01T00:00:00.000000Z')
  assert.equal(seen.filter(e => e.kind === 'HandOne').length, 1)
})

test('what is wrong stores nothing: crc, encryption, bombs, keys; one bad event does not spoil a list', async () => {
  const never = packed([event('track', { event: 'NeverStored' })], true), form = encodeURIComponent(never)
  const head = async () => (await brand.query({ ask: 'count', event: 'AfterBad' })).head ?? Number(/lianyi_ingest_stored (\d+)/.exec(await (await fetch(`${brand.url}/metrics`, { headers: { authorization: `Bearer ${read}` } })).text())[1])
  const before = await head()
  for (const [body, status] of [[`crc=${crc(never) + 1}&gzip=1&data_list=${form}`, 400], [`gzip=9&data_list=${form}`, 400], ['gzip=1', 400], ['', 400], [`gzip=1&data_list=${encodeURIComponent(never.slice(0, 40))}`, 400], [`gzip=1&data_list=${form.slice(0, 4)}%`, 400],
    [`data_list=${encodeURIComponent(gzipSync(Buffer.alloc(64 << 20, 0x20)).toString('base64'))}&gzip=1`, 413], [`data=${encodeURIComponent(packed({ type: 'track' }, false))}`, 400]])
    assert.equal((await post(body)).status, status, body.slice(0, 60))
  for (const project of ['default', 'lyk_' + 'a'.repeat(32), read]) assert.equal((await post(`gzip=1&data_list=${form}`, { project })).status, 401, 'never 403: Android would send it for ever')
  assert.equal((await post(`gzip=1&data_list=${form}`, { path: '/debug', headers: { 'dry-run': 'true' } })).status, 200)
  assert.equal((await post(`data_list=${encodeURIComponent(packed([{ type: 'track' }], false))}`, { path: '/debug' })).status, 400)
  assert.equal(await head(), before)
  assert.equal(await count('NeverStored'), 0)
  assert.equal((await sendList([{ type: 'track' }, 7, event('track', { event: 'AfterBad' })])).status, 200)
  assert.equal(await count('AfterBad'), 1)
  assert.equal((await post(`gzip=1&data_list=${encodeURIComponent(packed([event('track', { event: 'Debugged' })], true))}`, { path: '/debug' })).status, 200)
  assert.equal(await count('Debugged'), 1)
})

test('browsers: pixel, CORS, preflight, the key in the event; remote configuration', async () => {
  const data = encodeURIComponent(packed(event('track', { event: 'Pixel' }), false))
  const pixel = await fetch(`${brand.url}/sa.gif?project=${key}&data=${data}&ext=crc%3D${crc(decodeURIComponent(data))}`)
  assert.deepEqual([pixel.status, pixel.headers.get('content-type'), (await pixel.arrayBuffer()).byteLength], [200, 'image/gif', 43])
  // An image's address may be longer than 8 KB, up to 64 KB; a longer one, and a long one elsewhere, is refused.
  const long = n => encodeURIComponent(packed(event('track', { event: 'PixelLong', distinct_id: 'pixel-long', properties: { note: '长'.repeat(n) } })))
  assert.equal((await fetch(`${brand.url}/sa.gif?project=${key}&data=${long(2000)}`)).status, 200)
  assert.equal((await fetch(`${brand.url}/sa.gif?project=${key}&data=${long(20000)}`)).status, 414)
  assert.equal((await fetch(`${brand.url}/api/v1/people?q=${'a'.repeat(9000)}`)).status, 414)
  assert.equal(await count('PixelLong'), 1)
  const wrong = await fetch(`${brand.url}/sa.gif?project=${key}&data=${data}&ext=crc%3D1`)
  assert.deepEqual([wrong.status, wrong.headers.get('access-control-allow-origin')], [400, '*'])
  assert.equal((await fetch(`${brand.url}/sa.gif?project=${key}&data=${data}`, { method: 'HEAD' })).status, 400)
  const preflight = await fetch(`${brand.url}/debug`, { method: 'OPTIONS', headers: { origin: 'https://www.brand.example', 'access-control-request-method': 'GET', 'access-control-request-headers': 'dry-run' } })
  assert.equal(preflight.status, 204)
  assert.match(preflight.headers.get('access-control-allow-headers'), /dry-run/)
  const inside = encodeURIComponent(packed([event('track', { event: 'KeyInside', token: key })], true))
  assert.equal((await post(`gzip=1&data_list=${inside}`, { project: 'default' })).status, 200)
  assert.equal((await fetch(`${brand.url}/sa?project=default&token=${key}`, { method: 'POST', body: `gzip=1&data_list=${encodeURIComponent(packed([event('track', { event: 'KeyInside' })], true))}` })).status, 200)
  assert.equal(await count('KeyInside'), 2)
  assert.equal(await count('Pixel'), 1)
  for (const os of ['Android', 'iOS']) assert.equal((await fetch(`${brand.url}/config/${os}.conf?v=1`)).status, 304)
})

test('profiles: every operation, in any order of arrival, once; traits as they were; both dialects end in the same', async () => {
  const t0 = Date.now() - 3600e3, p = (type, minute, properties, more = {}) => event(type, { distinct_id: 'prof-1', time: t0 + minute * 60e3, properties: { $is_login_id: true, ...properties }, ...more })
  const list = [p('profile_set', 10, { 城市: '上海', level: 1 }), p('profile_increment', 30, { level: 5 }), p('profile_set', 20, { level: 10 }), p('profile_set_once', 40, { 城市: '北京', 首次: 'a' }),
    p('profile_append', 41, { 喜欢: ['露营', '滑雪'] }), p('profile_append', 42, { 喜欢: ['滑雪', '骑行'] }), p('profile_set', 43, { 临时: 1 }), p('profile_unset', 44, { 临时: true })]
  for (let i = 0; i < 3; i++) assert.equal((await sendList(list)).status, 200)
  const person = await personOf('prof-1')
  assert.deepEqual(traitsOf(person), { 首次: 'a', 城市: '上海', 喜欢: ['露营', '滑雪', '骑行'], level: 15 })
  const then = await brand.call('GET', `/api/v1/people/${person.id}/traits?as_of=${new Date(t0 + 15 * 60e3).toISOString()}`, { key: read })
  assert.deepEqual(Object.fromEntries(then.body.items.map(x => [x.name, x.value])), { 城市: '上海', level: 1 })
  const past = await brand.call('GET', `/api/v1/people/${person.id}/traits/level`, { key: read })
  assert.deepEqual(past.body.items.map(x => [x.op, x.value]), [['increment', 15], ['set', 10], ['set', 1]])
  assert.equal(past.body.items[0].source, '神策')
  // Segment's identify, and our own shape.
  await brand.call('POST', '/v1/identify', { key, body: { userId: 'prof-1', traits: { 城市: '苏州', level: null }, messageId: 'seg-1' } })
  const own = await brand.call('POST', '/api/v1/events', { key, body: { events: [{ id: 'own-1', kind: 'profile.incremented', identities: { user_id: 'prof-1' }, properties: { 到店: 2 } }] } })
  assert.equal(own.status, 200, JSON.stringify(own.body))
  assert.deepEqual(traitsOf(await personOf('prof-1')), { 首次: 'a', 城市: '苏州', 喜欢: ['露营', '滑雪', '骑行'], 到店: 2 })
  assert.equal((await sendList([event('profile_delete', { distinct_id: 'prof-1', time: Date.now() + 1000, properties: { $is_login_id: true } })])).status, 200)
  assert.deepEqual(traitsOf(await personOf('prof-1')), {})
})

test('what a killed server acknowledged is there, and sent again it is known', async () => {
  const list = Array.from({ length: 20 }, (_, i) => event('track', { event: 'KilledSA', distinct_id: `k-${i % 3}` }))
  assert.equal((await sendList(list)).status, 200)
  await brand.restart()
  assert.equal(await count('KilledSA'), 20)
  assert.equal((await sendList(list)).status, 200)
  assert.equal(await count('KilledSA'), 20)
  assert.match(await brand.doctor(), /^ok/)
})

test('items: the later statement counts, a deletion too; limits', async () => {
  const item = (type, more, time = Date.now()) => ({ type, time, _track_id: ++track, item_type: '车型', item_id: 'E7', lib: {}, ...more })
  const now = Date.now()
  await sendList([item('item_set', { properties: { name: '青屿 E7', price: 44800000, tags: ['纯电'] } }, now - 5000), item('item_set', { properties: { price: 39800000 } }, now - 1000), item('item_set', { properties: { price: 1, colour: '白' } }, now - 3000)])
  let got = (await brand.call('GET', `/api/v1/items?type=${encodeURIComponent('车型')}`, { key: read })).body
  assert.deepEqual(got.items.map(x => [x.id, x.props]), [['E7', { name: '青屿 E7', tags: ['纯电'], colour: '白', price: 39800000 }]])
  assert.deepEqual(got.types, [{ type: '车型', count: 1 }])
  await sendList([item('item_delete', {}, now), item('item_set', { properties: { price: 2 } }, now - 500)])
  got = (await brand.call('GET', `/api/v1/items?type=${encodeURIComponent('车型')}`, { key: read })).body
  assert.deepEqual(got.items, [])
})

test('native events: verdicts, once, sealed; what breaks the shape names its field and writes nothing', async () => {
  const send = (events, more = {}) => brand.call('POST', '/api/v1/events', { key, body: { events, ...more } })
  const good = { id: 'n-1', kind: 'native.test', identities: { user_id: 'native-1', openid: 'wx1:o1', phone: '138 0013 8011' }, properties: { 车型: 'ET7', phone: '13800138011' } }
  assert.deepEqual([(await send([good])).body.stored, (await send([good])).body.duplicate], [1, 1])
  const person = await personOf('native-1')
  assert.deepEqual(person.identities.map(i => i.kind).sort(), ['openid', 'phone', 'user_id'])
  assert.ok(!JSON.stringify([person, await timelineOf(person)]).includes('13800138011'))
  const mixed = await send([{ id: 'n-2', kind: 'native.test', identities: {} }, { id: 'n-3', kind: 'native.test', identities: { user_id: 'native-1' }, properties: [] }, { id: 'n-4', kind: 'native.test', identities: { user_id: 'native-1' } }])
  assert.deepEqual([mixed.body.stored, mixed.body.refused, mixed.body.events.map(e => [e.message_id, e.code, e.field])], [1, 2, [['n-2', 'field_required', 'identities'], ['n-3', 'field_type', 'properties']]])
  const before = await count('native.test')
  for (const [events, code, field] of [[[good, { id: 'x', kind: 'k' }], 'field_required', 'events[1].identities'], [[{ ...good, id: 'y', time: 'soon' }], 'field_value', 'events[0].time'], [[{ ...good, id: 'z', colour: 1 }], 'field_unknown', 'events[0].colour'], [[], 'field_too_short', 'events']]) {
    const res = await send(events)
    assert.deepEqual([res.status, res.body.code, res.body.field], [422, code, field])
  }
  assert.equal(await count('native.test'), before)
  const at = Date.now() - 3600e3
  await send([{ id: 'n-clock', kind: 'native.clock', time: new Date(at - 5000).toISOString(), identities: { user_id: 'native-1' } }], { sent_at: new Date(at).toISOString() })
  assert.ok(Math.abs(Date.parse((await timelineOf(person)).find(e => e.kind === 'native.clock').at) - (Date.now() - 5000)) < 5000)
  assert.equal((await brand.call('POST', '/api/v1/events', { key: read, body: { events: [good] } })).status, 403)
  const write = await brand.key('write', 'server')
  assert.equal((await brand.call('POST', '/api/v1/events', { key: write, body: { events: [{ ...good, id: 'w-1' }] } })).body.stored, 1)
})

const recorded = join(root, '../shared/protocols/samples.jsonl')
test('recorded traffic of the SDKs', { skip: existsSync(recorded) ? false : 'skipped: no ../shared/protocols/samples.jsonl' }, async () => {
  const rows = readFileSync(recorded, 'utf8').trim().split('\n').map(l => JSON.parse(l)).filter(r => r.source.startsWith('sensors') && r.method !== 'OPTIONS')
  let stored = 0
  for (const r of rows) {
    const res = await fetch(brand.url + r.url.replace('project=default', `project=${key}`), { method: r.method, body: r.method === 'POST' ? Buffer.from(r.body_b64, 'base64') : undefined, headers: { 'content-type': r.headers['content-type'] ?? 'text/plain' } })
    const usable = [r.decoded].flat().some(e => e?.type && e.distinct_id)
    if (usable && !/^crc=12345&/.test(r.body_text ?? '')) { assert.equal(res.status, 200, JSON.stringify(r).slice(0, 200)); stored++ } else assert.equal(res.status, 400, JSON.stringify(r).slice(0, 200))
  }
  assert.ok(stored > 15)
  assert.equal(await count('NEVER-crc'), 0)
  assert.equal(await count('Many'), 100)
  assert.equal(await count('Alive'), 1)
})

test('bind and unbind: a number handed on is somebody else’s from then on; numbers stay in the vault', async () => {
  const id = { $is_login_id: true }
  await sendList([event('track_id_bind', { event: '$BindID', distinct_id: 'old-owner', login_id: 'old-owner', identities: { $identity_login_id: 'old-owner', $identity_mobile: '13900139007' }, properties: id, time: Date.now() - 60e3 })])
  await sendList([event('track', { event: 'Called', distinct_id: '$identity_mobile+13900139007', time: Date.now() - 50e3 })])
  const before = await personOf('old-owner')
  assert.equal((await timelineOf(before)).filter(e => e.kind === 'Called').length, 1)
  assert.ok(before.contacts.some(c => c.kind === 'phone' && c.masked.endsWith('9007')))
  await sendList([event('track_id_unbind', { event: '$UnbindID', distinct_id: '$identity_mobile+13900139007', identities: { $identity_mobile: '13900139007' }, time: Date.now() - 40e3 })])
  await sendList([event('track', { event: 'Called', distinct_id: '13900139007', time: Date.now() - 30e3 })])
  await sendList([event('track_signup', { event: '$SignUp', distinct_id: 'new-owner', original_id: 'cookie-77' }), event('track_id_bind', { event: '$BindID', distinct_id: 'new-owner', login_id: 'new-owner', identities: { $identity_mobile: '13900139007' } })])
  assert.equal((await timelineOf(await personOf('old-owner'))).filter(e => e.kind === 'Called').length, 1, 'each sees their own time')
  assert.equal((await timelineOf(await personOf('new-owner'))).filter(e => e.kind === 'Called').length, 1)
  const all = JSON.stringify([await timelineOf(await personOf('old-owner')), before, await personOf('new-owner')])
  assert.ok(!all.includes('13900139007'), 'the number itself is nowhere')
})
