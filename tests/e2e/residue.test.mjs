// Planted values go in through every door; nothing of them is found on disk outside the vault, nor in what the server says to
// others, in any form. Then the person is erased: nobody answers to them, their events say nothing, no copy brings them back, and
// counts of the past are what they were.
import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { after, before, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { lianyi, startBrand, until } from '../lib/brand.mjs'

const canary = { phone: '13876540917', name: '龚沁岚', vin: 'LDP12345978901234', plate: '沪AQX917' }
const { phone, name, vin, plate } = canary
const all = Object.values(canary)
const staff = {}
let brand, top, file, said, key, read, admin, head, person, live

const looks = t => `前 ${phone} 中 ${vin},${plate} 后 ${t}`
// About a person whom the message or the vault knows by name, the name too, which nothing but that tells from other words.
const running = t => `${name}说 ${looks(t)}`
const as = (cookie, method, path, body, headers = {}) => brand.call(method, path, { cookie, body, headers: { 'sec-fetch-site': 'same-origin', ...(method === 'POST' ? { 'idempotency-key': `k${Math.random()}` } : {}), ...headers } })
const form = (path, body, headers = {}) => fetch(`${brand.url}${path}`, { method: 'POST', body, headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers } })
/** The answer must be what it should be: a door that is shut by mistake proves nothing. */
const good = (res, what = '') => { assert.ok(res.status < 300, `${what} ${res.status} ${JSON.stringify(res.body)}`); return res.body }
const bad = (res, what = '') => assert.ok(res.status >= 400 && res.status < 500, `${what} ${res.status} ${JSON.stringify(res.body)}`)
const found = async (q, who = head) => (await as(who, 'GET', `/api/v1/people?q=${encodeURIComponent(q)}`)).body.items

/** Exit code and output of the residue check of `dir`. */
async function residue(dir = brand.dir, ...more) {
  try { return { code: 0, out: await lianyi('doctor', dir, '--residue', '--canary', file, ...more) } } catch (e) { return { code: e.code, out: e.stdout + e.stderr } }
}
async function clean(...args) {
  const r = await residue(...args)
  assert.equal(r.code, 0, r.out)
  assert.match(r.out, /ok: no residue/)
  return r.out
}

/** What is broadcast from now on. */
async function listen() {
  live = { text: '', stop: new AbortController() }
  const stream = await fetch(`${brand.url}/api/v1/events/live`, { headers: { authorization: `Bearer ${admin}` }, signal: live.stop.signal })
  ;(async () => { for await (const c of stream.body.pipeThrough(new TextDecoderStream())) live.text += c })().catch(() => {})
}

before(async () => {
  brand = await startBrand()
  top = dirname(brand.dir)
  file = join(top, 'canaries.txt'); said = join(top, 'said')
  mkdirSync(said)
  writeFileSync(file, all.join('\n') + '\n')
  key = await brand.key('ingest'); read = await brand.key('read'); admin = await brand.key('admin')
  head = await brand.session()
  for (const [role, login] of [['dpo', 'an'], ['dpo', 'bo'], ['head', 'cai']]) {
    good(await as(head, 'POST', '/api/v1/staff', { login, name: login, role, password: 'a long password' }))
    const session = await brand.call('POST', '/api/v1/session', { body: { login, password: 'a long password' }, headers: { 'sec-fetch-site': 'same-origin' } })
    staff[login] = session.headers.get('set-cookie').split(';')[0]
  }
  await listen()
})
after(() => brand.stop())

// --- Doors ------------------------------------------------------------------------------------------------------------------------
const personal = { phone, name, vin, plate, 手机号: phone, note: running('a'), alone: phone, number: +phone, list: [phone, +phone, vin, { plate, name, deep: { phone, text: running('b'), n: +phone } }],
  object: { full_name: name, [`k${phone}`]: 1 }, [plate]: 2, link: `https://a.cn/p?name=${encodeURIComponent(name)}&plate=${encodeURIComponent(plate)}&phone=${phone}` }
const context = { ip: phone, userAgent: running('ua'), locale: phone, page: { url: `https://a.cn/u/${phone}?p=${phone}`, path: `/u/${phone}`, referrer: `https://a.cn/?name=${encodeURIComponent(name)}&${phone}`, title: running('t'), search: `?${phone}` },
  campaign: { name: phone, source: plate, medium: vin, term: phone, content: running('c') }, device: { id: phone, model: plate }, app: { name: vin, version: phone }, traits: { phone, name } }

test('said before anybody told the name, through every door; told later, it is found nowhere', async () => {
  const note = `${name}来电话，问${name}的车`, hidden = /^[＊*]{3}来电话，问[＊*]{3}的车$/
  const track = (i, who, more = {}) => ({ ...who, event: 'early.note', messageId: `early-${i}-${name}`, properties: { note, alone: name, deep: { list: [note, { at: note }] }, [`k${i}`]: note }, context: { page: { title: note, path: `/${name}` } }, ...more })
  good(await brand.call('POST', '/v1/track', { key, body: track(1, { anonymousId: 'd-canary' }) }))
  good(await brand.call('POST', '/v1/batch', { key, body: { batch: [{ type: 'track', ...track(2, { anonymousId: 'd-canary' }) }, { type: 'identify', anonymousId: 'd-canary', traits: { 签名: note } }, { type: 'page', anonymousId: 'd-canary', name: note, properties: { title: note } }] } }))
  const sa = { type: 'track', time: Date.now(), _track_id: 8001, distinct_id: 'u-canary', event: 'early.note', lib: {}, properties: { $is_login_id: true, note, $title: note, list: [note] } }
  assert.equal((await form(`/sa?project=${key}`, `data=${encodeURIComponent(gzipSync(JSON.stringify(sa)).toString('base64'))}&gzip=1`)).status, 200)
  good(await brand.call('POST', '/api/v1/events', { key, body: { events: [{ id: `early ${name}`, kind: 'early.note', identities: { user_id: 'u-canary' }, properties: { note } }] } }))
  writeFileSync(join(top, 'early.csv'), `u,备注,t\nu-canary,${note},2026-03-05\n`)
  writeFileSync(join(top, 'early.json'), JSON.stringify({ target: 'event', columns: { u: { identity: 'user_id' }, 备注: { property: 'note' }, t: { field: 'time', time: 'any' } }, constants: [{ field: 'event', value: 'early.note' }] }))
  await lianyi('import', brand.dir, join(top, 'early.csv'), '--map', join(top, 'early.json'))
  for (const f of ['early.csv', 'early.json']) rmSync(join(top, f))
  assert.equal(good(await brand.call('POST', '/v1/track', { key, body: { userId: 'u-canary', event: 'lead.captured', messageId: `early-q-${name}`, properties: { consent_call: note } } })).quarantined, 1)
  const [early] = await found('u-canary')
  good(await as(head, 'POST', `/api/v1/people/${early.id}/notes`, { text: note, channel: 'call' }))
  good(await as(head, 'POST', `/api/v1/people/${early.id}/tags`, { tag: '露营', reason: note }))
  good(await as(head, 'POST', `/api/v1/people/${early.id}/tags/remove`, { tag: '露营', reason: note }))
  good(await as(staff.an, 'POST', `/api/v1/people/${early.id}/holds`, { reason: note }))
  const { holds } = good(await as(staff.an, 'GET', `/api/v1/people/${early.id}/privacy`))
  assert.equal((await as(staff.an, 'DELETE', `/api/v1/privacy/holds/${holds[0].id}`)).status, 204)
  await brand.call('POST', '/v1/track', { key, body: { userId: 'u-other', event: 'early.note', messageId: 'early-other', properties: { note: '别人的话' } } })

  // Names of kinds, properties and traits stand in dictionaries, which forget nothing by themselves.
  good(await brand.call('POST', '/v1/track', { key, body: { anonymousId: 'd-canary', event: `给${name}回电`, messageId: 'early-names', properties: { [`${name}的备注`]: 1 } } }))
  good(await brand.call('POST', '/v1/identify', { key, body: { userId: 'u-canary', traits: { [`${name}爱喝`]: '茶' } } }))

  // One told by a login that turns out to have the device, the other by the login itself.
  good(await brand.call('POST', '/v1/identify', { key, body: { userId: 'u-canary', anonymousId: 'd-canary', traits: { name }, messageId: 'early-told' } }))
  assert.match(await lianyi('erase', brand.dir), /told later: [1-9]\d* people looked at, [1-9]\d* events starred/)
  assert.match(await lianyi('erase', brand.dir), /told later: 0 people/)
  await clean()
  const { items } = good(await brand.call('GET', `/api/v1/people/${early.id}/timeline?limit=200`, { key: read })), notes = items.filter(x => x.kind === 'early.note')
  assert.equal(notes.length, 5, JSON.stringify(items.map(x => x.kind)))
  for (const e of notes) assert.match(e.props.note, hidden)
  assert.match(good(await as(head, 'GET', `/api/v1/people/${early.id}/notes`)).items[0].text, hidden)
  const { items: waits } = good(await brand.call('GET', '/api/v1/quarantine', { key: admin }))
  assert.ok(!JSON.stringify(waits).includes(name))
  good(await brand.call('POST', '/api/v1/quarantine/discard', { key: admin, body: { ids: waits.map(x => x.id) }, headers: { 'idempotency-key': 'early' } }))
  // The same messages again are known; after a kill everything is as it was.
  assert.equal(good(await brand.call('POST', '/v1/track', { key, body: track(1, { anonymousId: 'd-canary' }) })).duplicate, 1)
  await brand.kill(); await brand.start()
  await clean()
  assert.match(await brand.doctor(), /^ok/)
  await listen()                     // who listened while nobody knew the name has heard how that event is called
})

test('Segment: every call, single, batched and packed', async () => {
  const events = [
    { type: 'track', userId: phone, event: 'lead.captured', properties: { ...personal, consent_call: true } },
    { type: 'track', userId: 'u-canary', anonymousId: 'd-canary', event: 'lead.captured', properties: { ...personal, consent_call: true, model: 'E7' } },
    { type: 'track', userId: 'u-canary', event: `拨打${phone}`, properties: { vin }, messageId: phone },
    { type: 'track', userId: 'u-canary', event: 'vehicle.bound', properties: { vin, plate } },
    { type: 'identify', userId: 'u-canary', traits: personal },
    { type: 'page', userId: 'u-canary', name: phone, category: plate, properties: { url: `https://a.cn/${vin}`, title: running('p'), ...personal } },
    { type: 'screen', userId: 'u-canary', name: running('s'), properties: personal },
    { type: 'group', userId: 'u-canary', groupId: phone, traits: personal },
    { type: 'alias', userId: 'u-canary', previousId: phone },
  ].map((e, i) => ({ messageId: `c-${i}`, context, ...e }))
  const batch = good(await brand.call('POST', '/v1/batch', { key, body: { batch: events, context } }))
  assert.equal(batch.stored, events.length, JSON.stringify(batch))
  for (const e of events) for (const path of [e.type, e.type[0]]) good(await brand.call('POST', `/v1/${path}`, { key, body: { ...e, messageId: `${path}-${e.messageId}` } }), path)
  const packed = gzipSync(JSON.stringify({ batch: events.map(e => ({ ...e, messageId: `z${e.messageId}` })) }))
  assert.equal((await fetch(brand.url + '/v1/batch', { method: 'POST', body: packed, headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', 'content-encoding': 'gzip' } })).status, 200)
  for (const body of [`{"batch": [${phone}`, { batch: [{ type: phone, userId: phone }] }, { batch: phone }, { [phone]: vin }, { batch: [{ type: 'track', event: phone }] }]) await brand.call('POST', '/v1/batch', { key, body })
  const items = await found('u-canary')
  assert.equal(items.length, 1)
  person = items[0].id
})

test('SensorsData: every type, pixel, debug; broken ones', async () => {
  const event = (type, more, i) => ({ type, time: Date.now(), _track_id: 7000 + i, distinct_id: 'u-canary', lib: { $lib: 'python', $lib_version: running('lib') }, properties: { $is_login_id: true, ...personal }, ...more })
  const list = [['track', { event: 'SaTrack' }], ['profile_set', {}], ['profile_set_once', {}], ['profile_append', { properties: { $is_login_id: true, 车: [plate, phone, running('app')] } }], ['track_signup', { event: '$SignUp', original_id: phone }],
    ['track_id_bind', { event: '$BindID', identities: { $identity_login_id: 'u-canary', $identity_mobile: phone } }], ['item_set', { item_type: '车', item_id: 'E7', properties: { text: running('item'), phone } }],
    ['item_set', { item_type: phone, item_id: vin, properties: {} }], ['track', { event: 'SaOther', distinct_id: `$identity_mobile+${phone}` }], ['track', { event: phone, lib: phone }], ['nonsense', { event: phone }]].map(([type, more], i) => event(type, more, i))
  const pack = x => encodeURIComponent(gzipSync(JSON.stringify(x)).toString('base64'))
  assert.equal((await form(`/sa?project=${key}`, `data_list=${pack(list.slice(0, 9))}&gzip=1`)).status, 200)
  for (const e of list) await form(`/sa?project=${key}`, `data=${pack(e)}&gzip=1`)
  await fetch(`${brand.url}/sa.gif?project=${key}&gzip=1&data=${pack(event('track', { event: 'SaPixel' }, 50))}`)
  await form(`/debug?project=${key}`, `data=${pack(event('track', { event: 'SaDebug' }, 51))}&gzip=1`, { 'dry-run': 'true' })
  for (const body of [`data=${phone}`, `data_list=${encodeURIComponent(Buffer.from(`[{"phone":"${phone}"`).toString('base64'))}`, running('')]) await form(`/sa?project=${phone}`, body), await form(`/sa?project=${key}`, body)
  assert.equal((await brand.query({ ask: 'count', event: 'SaTrack' })).events, 1)
})

test('our own events; quarantine with its mending and replay', async () => {
  const own = (i, more) => ({ id: `own-${i}`, kind: 'own.test', identities: { user_id: 'u-canary', phone, vin }, properties: personal, ...more })
  assert.equal(good(await brand.call('POST', '/api/v1/events', { key, body: { events: [own(1), own(2, { id: `id ${phone}` }), own(3, { kind: `own.${phone}` })] } })).stored, 3)
  for (const events of [[own(4, { time: phone })], [own(5, { colour: phone })], [own(6, { identities: { [phone]: phone } })], phone, [own(7, { properties: phone })]]) await brand.call('POST', '/api/v1/events', { key, body: { events } })
  const wrong = i => ({ userId: 'u-canary', event: 'lead.captured', messageId: `q-${i}`, context, properties: { ...personal, consent_call: running('yes') } })
  for (const i of [1, 2, 3]) assert.equal(good(await brand.call('POST', '/v1/track', { key, body: wrong(i) })).quarantined, 1)
  const list = good(await brand.call('GET', '/api/v1/quarantine', { key: admin }))
  assert.equal(list.items.length, 3)
  const [one, two] = list.items
  good(await brand.call('PATCH', `/api/v1/quarantine/${one.id}`, { key: admin, body: { set: { consent_call: true, further: running('q'), alone: phone, number: +phone }, rename: { note: `n${phone}` } }, headers: { 'if-match': '*' } }))
  good(await brand.call('POST', '/api/v1/quarantine/replay', { key: admin, body: { ids: [one.id] }, headers: { 'idempotency-key': 'replay' } }))
  good(await brand.call('POST', '/api/v1/quarantine/discard', { key: admin, body: { ids: [two.id] }, headers: { 'idempotency-key': 'discard' } }))
})

test('records: added, changed, from CSV in the request and behind it, refused', async () => {
  const write = (method, path, body, headers = {}) => brand.call(method, path, { key: admin, body, headers: { ...(method === 'POST' ? { 'idempotency-key': `r${Math.random()}` } : { 'if-match': '*' }), ...headers } })
  const day = '2026-03-01T02:00:00Z', identities = { user_id: 'u-canary', phone }
  const order = good(await write('POST', '/api/v1/orders', { number: 'SO-C1', state: 'ordered', model: 'E7', ordered: day, vin, identities }))
  good(await write('PATCH', `/api/v1/orders/${order.id}`, { state: 'delivered', delivered: day, vin }))
  for (const number of [phone, `SO-${vin}`]) {
    const kept = good(await write('POST', '/api/v1/orders', { number, state: 'reserved', model: 'E7', reserved: day, identities }))
    assert.match(kept.number, /^x-[0-9a-f]{16}$/)
    bad(await write('POST', '/api/v1/orders', { number, state: 'reserved', model: 'E7', reserved: day, identities }))
    assert.equal(good(await brand.call('GET', `/api/v1/orders?number=${number}`, { key: admin })).items[0].id, kept.id)
  }
  good(await write('POST', '/api/v1/test_drives', { number: 'TD-C1', state: 'booked', model: 'E7', slot: day, booked: day, identities }))
  const car = good(await write('POST', '/api/v1/vehicles', { state: 'owned', model: 'E7', vin, plate, colour: running('c').slice(0, 36), since: day, identities }))
  good(await write('PATCH', `/api/v1/vehicles/${car.id}`, { plate, colour: `灰 ${name} ${phone}` }))
  good(await write('POST', '/api/v1/campaigns', { code: 'c-canary', state: 'planned', name: `找${phone}`, starts: day, ends: day, budget_fen: 1, goal: looks('goal') }))
  for (const body of [{ number: phone }, { number: 'SO-C2', state: phone, model: vin }, { [phone]: plate }, `{"vin": "${vin}"`]) bad(await write('POST', '/api/v1/orders', body))
  const csv = (path, rows, query = '') => brand.call('POST', `/api/v1/${path}/import${query}`, { key: admin, body: rows.join('\n'), headers: { 'content-type': 'text/csv', 'idempotency-key': `i${Math.random()}` } })
  const row = i => `SO-I${i},ordered,E7,${day},${vin},${phone},u-canary`
  const few = good(await csv('orders', ['number,state,model,ordered,vin,phone,user_id', row(1), row(2)]))
  assert.deepEqual([few.state, few.rows], ['written', 2], JSON.stringify(few))
  const many = good(await csv('orders', ['number,state,model,ordered,vin,phone,user_id', ...Array.from({ length: 120 }, (_, i) => row(1000 + i))]))
  assert.ok(many.import, JSON.stringify(many))
  assert.equal(good(await csv('orders', ['number,state,model,vin,phone', `SO-X,${phone},E7,${vin},${phone}`, `SO-Y,ordered,E7,${vin}x,${name}`])).state, 'refused')
  await csv('orders', [`${phone},${vin}`, 'a,b'])
  await csv('vehicles', ['vin,plate,state,model', `${vin},${plate},stock,E7`], '?dry_run=true')
  await until(async () => (await brand.call('GET', `/api/v1/records/imports/${many.import}`, { key: admin })).body.done, 10000, 'the import')
})

test('files: uploaded, checked, run, with refused rows; by the command too', async () => {
  const call = (method, path, body) => brand.call(method, `/api/v1/imports${path}`, { key: admin, body, headers: { 'idempotency-key': `${Math.random()}` } })
  const columns = { 会员号: { identity: 'user_id' }, 手机号: { identity: 'phone' }, 姓名: { property: 'name' }, 车架号: { property: 'vin' }, 车牌: { property: 'plate' }, 备注: { property: '备注' }, 数: { property: 'n', type: 'integer' }, 时间: { field: 'time', time: 'any' } }
  const row = (n, t = '2026-03-01') => `u-canary,${phone},${name},${vin},${plate},"${running('f')}",${n},${t}\n`
  const text = Object.keys(columns).join(',') + '\n' + row(1) + row(phone) + row(plate) + row(3, phone) + `u-canary,${phone}\n` + row(`x${phone}`)
  const bytes = Buffer.from(text), made = good(await call('POST', '', { name: `${phone} ${plate}.csv`, bytes: bytes.length }))
  good({ status: (await fetch(`${brand.url}/api/v1/imports/${made.id}/parts/1`, { method: 'PUT', body: bytes, headers: { authorization: `Bearer ${admin}`, 'content-type': 'application/octet-stream' } })).status })
  good(await call('GET', `/${made.id}/preview?target=event`))
  const mapping = { target: 'event', columns, constants: [{ field: 'event', value: 'file.row' }] }
  for (const dry_run of [true, false]) {
    good(await call('POST', `/${made.id}/run`, { mapping, dry_run, effects: 'none' }))
    const done = await until(async () => { const { body } = await call('GET', `/${made.id}`); return body.state === 'done' && body.dry_run === dry_run && body }, 10000, 'the import')
    assert.deepEqual([done.rows, done.refused], [6, 4], JSON.stringify(done))
  }
  assert.ok((await (await fetch(`${brand.url}/api/v1/imports/${made.id}/errors.csv`, { headers: { authorization: `Bearer ${admin}` } })).text()).includes(phone), 'whoever may import gets the rows back')
  for (const broken of [{ ...mapping, columns: { [phone]: { identity: vin } } }, { ...mapping, constants: [{ field: 'event', value: running('k') }] }]) bad(await call('POST', `/${made.id}/run`, { mapping: broken, dry_run: true }))

  const own = join(top, 'own.csv'), named = join(top, `${phone}.csv`), map = join(top, 'map.json'), errors = join(top, 'refused.csv')
  writeFileSync(own, text.replaceAll('2026-03-01', '2026-03-02'))
  writeFileSync(map, JSON.stringify(mapping))
  writeFileSync(named, text)
  await assert.rejects(lianyi('import', brand.dir, named, '--map', map), /rename it/)
  await lianyi('import', brand.dir, own, '--map', map, '--errors', errors).catch(e => assert.match(e.stderr + e.stdout, /refused/))
  assert.ok(readFileSync(errors, 'utf8').includes(phone))
  // The other targets: people, who owned which car, consents, orders; a row each that comes in and one that is refused.
  const ids = { 会员号: { identity: 'user_id' }, 手机号: { identity: 'phone' } }
  const targets = {
    person: [{ 姓名: { property: 'name' }, 车牌: { property: 'plate' }, 备注: { property: '备注' } }, `${name},${plate},"${running('p')}"`, `${name},${plate},x,${phone}`],
    ownership: [{ 车架号: { field: 'vin' }, 起: { field: 'from' } }, `${vin},2026-01-05`, `${vin},${phone}`],
    consent: [{ 用途: { field: 'purpose' }, 同意: { field: 'given' }, 时间: { field: 'time' } }, 'call,true,2026-02-01', `${phone},${plate},2026-02-01`],
    order: [{ 订单号: { field: 'number' }, 状态: { field: 'state' }, 车型: { field: 'model' }, 车架号: { field: 'vin' } }, `SO-${phone},reserved,E7,${vin}`, `SO-F2,${phone},E7,${vin}`],
  }
  for (const [target, [fields, good, bad]] of Object.entries(targets)) {
    const all = { ...ids, ...fields }
    writeFileSync(own, `${Object.keys(all)}\nu-canary,${phone},${good}\nu-canary,${phone},${bad}\n`)
    writeFileSync(map, JSON.stringify({ target, columns: all }))
    const out = await lianyi('import', brand.dir, own, '--map', map, '--errors', errors).catch(e => e.stdout + e.stderr)
    assert.match(out, /"refused":1\b/, `${target}: ${out}`)
  }
  for (const f of [own, named, map, errors]) rmSync(f)              // the operator's own files
})

test('later texts that say their name and nothing else of them, through every door', async () => {
  const note = `${name}的车又响了，问${name}`, hidden = /^\*{3}的车又响了，问\*{3}$/
  const track = (i, more) => ({ userId: 'u-canary', event: 'later.note', messageId: `l-${i}-${name}`, properties: { note, deep: { list: [note, { at: note }] } }, context: { page: { title: note, path: `/${name}` } }, ...more })
  good(await brand.call('POST', '/v1/track', { key, body: track(1) }))
  good(await brand.call('POST', '/v1/batch', { key, body: { batch: [{ type: 'track', ...track(2) }, { type: 'identify', userId: 'u-canary', traits: { 签名: note } }, { type: 'page', userId: 'u-canary', name: note, properties: { title: note } }] } }))
  const sa = { type: 'track', time: Date.now(), _track_id: 9001, distinct_id: 'u-canary', event: 'later.note', lib: {}, properties: { $is_login_id: true, note, $title: note, list: [note] } }
  assert.equal((await form(`/sa?project=${key}`, `data=${encodeURIComponent(gzipSync(JSON.stringify(sa)).toString('base64'))}&gzip=1`)).status, 200)
  good(await brand.call('POST', '/api/v1/events', { key, body: { events: [{ id: `later ${name}`, kind: 'later.note', identities: { user_id: 'u-canary' }, properties: { note } }] } }))
  writeFileSync(join(top, 'later.csv'), `u,备注,t\nu-canary,${note},2026-03-05\n`)
  writeFileSync(join(top, 'later.json'), JSON.stringify({ target: 'event', columns: { u: { identity: 'user_id' }, 备注: { property: 'note' }, t: { field: 'time', time: 'any' } }, constants: [{ field: 'event', value: 'later.note' }] }))
  await lianyi('import', brand.dir, join(top, 'later.csv'), '--map', join(top, 'later.json'))
  for (const f of ['later.csv', 'later.json']) rmSync(join(top, f))
  const waits = good(await brand.call('POST', '/v1/track', { key, body: { userId: 'u-canary', event: 'lead.captured', messageId: `later-q-${name}`, properties: { consent_call: note } } }))
  assert.equal(waits.quarantined, 1)
  const { items } = good(await brand.call('GET', '/api/v1/quarantine', { key: admin }))
  good(await brand.call('PATCH', `/api/v1/quarantine/${items.find(x => x.message_id === 'later-q-***').id}`, { key: admin, body: { set: { further: note } }, headers: { 'if-match': '*' } }))
  const { items: events } = good(await brand.call('GET', `/api/v1/people/${person}/timeline?limit=200`, { key: read })), notes = events.filter(x => x.kind === 'later.note')
  assert.equal(notes.length, 5, JSON.stringify(events.map(x => x.kind)))
  for (const e of notes) assert.match(JSON.parse(JSON.stringify(e.props)).note, hidden)
})

test('what staff write, ask and search; what is refused', async () => {
  const { items } = good(await as(head, 'GET', `/api/v1/tasks?person=${person}`))
  assert.ok(items.length, 'the lead opened a task')
  const outcome = headers => as(head, 'POST', `/api/v1/tasks/${items[0].id}/outcome`, { outcome: 'reached_later', note: running('note') }, headers)
  const note = good(await outcome({ 'idempotency-key': phone }))
  assert.equal(note.task.note, `***说 前 ${'*'.repeat(11)} 中 ${'*'.repeat(17)},${'*'.repeat(7)} 后 note`)
  assert.equal((await outcome({ 'idempotency-key': phone })).headers.get('idempotency-replayed') ?? 'true', 'true')
  const reason = running('why')
  good(await as(head, 'POST', `/api/v1/people/${person}/tags`, { tag: '露营', reason }))
  good(await as(head, 'POST', `/api/v1/people/${person}/tags/remove`, { tag: '露营', reason }))
  good(await as(head, 'POST', `/api/v1/people/${person}/notes`, { text: running('note'), channel: 'call' }))
  good(await as(head, 'POST', `/api/v1/people/${person}/consents`, { purpose: 'call', given: false, place: 'call', reason }))
  const claim = good(await as(head, 'POST', `/api/v1/people/${person}/claims`, { vin, evidence: 'registration', reference: phone }))
  await as(staff.an, 'POST', `/api/v1/claims/${claim.id}/decide`, { decision: 'refuse', reason })
  good(await brand.call('POST', '/v1/identify', { key, body: { userId: 'u-kin', traits: { phone: '13900001111', name: '石磊' }, messageId: 'kin' } }))
  const [kin] = await found('u-kin')
  good(await as(head, 'POST', `/api/v1/people/${person}/household`, { with: kin.id, kind: 'spouse', reason }))
  good(await as(head, 'POST', `/api/v1/people/${person}/household/leave`, { reason }))
  // Whoever else has these values is the same: an account of the phone's name, a twin. An owner takes two signatures.
  good(await brand.call('POST', '/v1/identify', { key, body: { userId: 'u-twin', traits: { name, phone: '13900002222' }, messageId: 'twin' } }))
  const others = new Set((await Promise.all(all.map(q => found(q)))).flat().map(p => p.id).filter(id => id !== person))
  assert.ok(others.size >= 2)
  const decided = async (path, body) => {
    for (const by of [head, staff.cai]) {
      const res = good(await as(by, 'POST', path, body), path)
      if (res.done) return res
      assert.equal(by, head, 'the second signature decides')
    }
  }
  for (const other of others) person = (await decided(`/api/v1/people/${person}/merge`, { other, note: running('merge') })).person
  const { merges } = good(await as(head, 'GET', `/api/v1/people/${person}/merges`))
  const { other } = await decided(`/api/v1/merges/${merges[0].id}/split`, { note: running('split') })
  person = (await decided(`/api/v1/people/${person}/merge`, { other, note: running('again') })).person
  good(await as(staff.an, 'POST', `/api/v1/people/${person}/holds`, { reason: running('hold') }))
  const asked = good(await as(head, 'POST', `/api/v1/people/${person}/privacy-requests`, { kind: 'export', reason }))
  good(await as(staff.an, 'PATCH', `/api/v1/privacy/requests/${asked.id}`, { grant: true, answer: running('answer') }, { 'if-match': '*' }))
  const zip = await fetch(`${brand.url}/api/v1/privacy/requests/${asked.id}/download`, { method: 'POST', headers: { cookie: staff.an, 'sec-fetch-site': 'same-origin' } })
  assert.equal(zip.status, 200)
  await zip.arrayBuffer()

  for (const q of [...all, phone.slice(-4), `${phone.slice(0, 3)} ${phone.slice(3, 7)} ${phone.slice(7)}`, name.slice(1)]) { const items = await found(q); assert.ok(items?.some(p => p.id === person), `${q}: ${JSON.stringify(items)}`) }
  for (const path of [`/${phone}`, `/api/v1/people/${phone}`, `/api/v1/people?${phone}=${vin}`, `/api/v1/people?cursor=${phone}`, `/api/v1/people?q=${phone}${phone}`, `/api/v1/people?q=${phone}`, `/api/v1/people?stage=${phone}`, `/console/${phone}`]) await brand.call('GET', path, { key: read })
  await brand.call('GET', '/api/v1/people', { key: phone, headers: { 'user-agent': `agent ${phone} ${vin}`, referer: `https://a.cn/${phone}`, 'x-request-id': phone } })
  bad(await brand.call('POST', '/api/v1/session', { body: { login: phone, password: vin }, headers: { 'sec-fetch-site': 'same-origin' } }))
  bad(await as(head, 'POST', `/api/v1/tasks/${items[0].id}/outcome`, { outcome: phone, note: vin }, { 'idempotency-key': vin }))
  await brand.call('POST', '/api/v1/query', { key: read, body: { question: { ask: 'count', event: 'lead.captured', where: [{ prop: 'note', is: running('a') }] } } })
})

// --- Nothing is left of them ------------------------------------------------------------------------------------------------------------
/** What the server says to whoever may not see personal data, beside what it writes to its log. */
async function hear() {
  for (const f of readdirSync(said)) rmSync(join(said, f))
  writeFileSync(join(said, 'log'), brand.log)
  writeFileSync(join(said, 'live'), live.text)
  const paths = { metrics: '/metrics', person: `/api/v1/people/${person}`, timeline: `/api/v1/people/${person}/timeline?limit=200`, tasks: '/api/v1/tasks?state=all' }
  // (Who may see people sees their names.)
  for (const [to, path] of Object.entries(paths)) writeFileSync(join(said, to), (await (await fetch(brand.url + path, { headers: { authorization: `Bearer ${read}` } })).text()).replaceAll(name, ''))
  const admins = { audit: '/api/v1/audit?limit=100', quarantine: '/api/v1/quarantine', imports: '/api/v1/imports', orders: '/api/v1/orders', vehicles: '/api/v1/vehicles', kinds: '/api/v1/plan/kinds', items: '/api/v1/items?type=' + encodeURIComponent('车') }
  for (const [to, path] of Object.entries(admins)) writeFileSync(join(said, to), await (await fetch(brand.url + path, { headers: { authorization: `Bearer ${admin}` } })).text())
}

test('nothing of them is on disk outside the vault, nor in what is said to others', async () => {
  await hear()
  assert.ok(live.text.includes('lead.captured') && readFileSync(join(said, 'metrics'), 'utf8').includes('lianyi_'), 'something was heard')
  const out = await clean(brand.dir, '--also', said)
  for (const place of ['files: ', 'values: ', 'events: ', 'backups: ', 'also: ']) assert.ok(out.includes(place), out)
})

test('what is planted on disk is found in every form', async () => {
  const utf16 = s => Buffer.from(s, 'utf16le'), forms = {
    plain: phone, 'UTF-16LE': utf16(name + phone), 'UTF-16BE': utf16(phone).swap16(), base64: Buffer.from(`a${phone}`).toString('base64'), 'percent-encoded': encodeURIComponent(name),
    'JSON escapes': [...name].map(c => '\\u' + c.charCodeAt(0).toString(16)).join(''), hexadecimal: Buffer.from(phone).toString('hex'), 'small letters': vin.toLowerCase(), packed: gzipSync('x'.repeat(999) + phone),
    'written apart': '138-7654-0917', 'GB 18030': Buffer.from('b9a8c7dfe1b0', 'hex'), 'text that looks personal': '\n写给 wang.xm@example.com 吧\n',
  }
  const paths = Object.keys(forms).map((_, i) => join(brand.dir, `planted-${i}.bin`))
  Object.values(forms).forEach((bytes, i) => writeFileSync(paths[i], Buffer.concat([Buffer.alloc((1 << 20) - 7, 46), Buffer.from(bytes), Buffer.alloc(100, 46)])))       // over the end of a chunk
  const r = await residue()
  assert.equal(r.code, 1)
  Object.keys(forms).forEach((what, i) => assert.match(r.out, new RegExp(`planted-${i}\\.bin: .*${what}.*byte \\d+`), `${what}: ${r.out}`))
  assert.ok(!all.some(c => r.out.includes(c)), 'the report itself tells no value')
  for (const path of paths) rmSync(path)
  await assert.rejects(lianyi('doctor', brand.dir, '--residue', '--also', '/no/such/place'), /no\/such/)
})

test('a scan holds up no other command', async () => {
  const big = join(top, 'big')
  writeFileSync(big, 'x')
  truncateSync(big, 384 << 20)                                   // a hole: read like any other bytes
  let over = false
  const scan = residue(brand.dir, '--also', big).then(r => { over = true; return r })
  await new Promise(r => setTimeout(r, 200))                    // it has begun
  await lianyi('key', brand.dir, '--scope', 'read', '--name', 'meanwhile')
  assert.equal(over, false, 'a key was made while it ran')
  assert.equal((await scan).code, 0)
  rmSync(big)
})

const restored = async (backup, more, fn) => {
  const dir = join(top, `restored-${Math.random()}`)
  await lianyi('restore', backup, dir, '--key', join(brand.dir, 'master.key'), ...more)
  try { return await fn(dir) } finally { rmSync(dir, { recursive: true, force: true }) }
}
const counts = async () => JSON.stringify(await Promise.all(['lead.captured', 'own.test', 'SaTrack', 'file.row'].map(event => brand.query({ ask: 'count', event }))))

test('erased: nobody answers, events say nothing, no copy brings them back, counts stay', async () => {
  const copies = join(top, 'copies'), old = join(copies, 'old')
  mkdirSync(copies)
  await lianyi('backup', brand.dir, old)
  const before = await counts()
  await clean(brand.dir, '--also', copies)

  const asked = good(await as(head, 'POST', `/api/v1/people/${person}/privacy-requests`, { kind: 'erase', reason: running('why') }))
  const decide = cookie => as(cookie, 'PATCH', `/api/v1/privacy/requests/${asked.id}`, { grant: true }, { 'if-match': '*' })
  assert.equal((await decide(head)).status, 409, 'not by who asked')
  assert.equal((await decide(staff.bo)).status, 409, 'not while held')
  const { holds } = good(await as(staff.an, 'GET', `/api/v1/people/${person}/privacy`))
  assert.equal((await as(staff.an, 'DELETE', `/api/v1/privacy/holds/${holds[0].id}`)).status, 204)
  assert.ok(good(await decide(staff.bo)).erased_rows > 5)
  // Files that were brought in are sealed as a whole: the erasure waits for them to go, a week at most.
  const state = async () => good(await as(staff.an, 'GET', '/api/v1/privacy/requests')).items.find(x => x.id === asked.id).state
  assert.match(await lianyi('erase', brand.dir), /erased: \d+ subjects, [1-9]\d* events/)
  assert.equal(await state(), 'granted')
  for (const { id } of good(await brand.call('GET', '/api/v1/imports', { key: admin })).items) assert.equal((await brand.call('DELETE', `/api/v1/imports/${id}`, { key: admin })).status, 204)
  await until(() => readdirSync(join(brand.dir, 'imports')).length === 0, 10000, 'the end of the uploads')

  assert.equal((await as(head, 'GET', `/api/v1/people/${person}`)).status, 404)
  for (const q of ['u-canary', 'u-twin', ...all, phone.slice(-4)]) assert.deepEqual(await found(q), [], q)
  assert.equal((await found('u-kin')).length, 1, 'others stay')
  assert.equal(await counts(), before)
  assert.match(await brand.doctor(), /^ok/)
  await hear()
  for (const f of ['log', 'live']) rmSync(join(said, f))
  await clean(brand.dir, '--also', said)

  // A copy from before, by the keys made with it (a later file lies beside it), by the later ones, and by none.
  await lianyi('backup', brand.dir, join(copies, 'new'))
  await restored(old, [], async dir => {
    assert.match(await lianyi('doctor', dir), /^ok/)
    await clean(dir)
    const copy = await startBrand({ from: dir }), key = await copy.key('read')
    const ask = async q => (await copy.call('GET', `/api/v1/people?q=${q}`, { key })).body.items
    assert.deepEqual([await ask('u-canary'), await ask('u-twin'), (await ask('u-kin')).length], [[], [], 1])
    await copy.stop()
  })
  await restored(old, ['--keys', join(copies, 'new.keys')], clean)
  await assert.rejects(restored(old, ['--keys', join(top, 'no-such.keys')], () => 0), /keys/)
})
