// `lianyi import`: histories as files, by the command, with and without a server; what `query` answers must be what the files
// themselves say. Killed in its middle it goes on where it stood: each row once. Files of the world are no part of the project.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { lianyi, root, startBrand } from '../lib/brand.mjs'

const data = join(root, '..', 'shared', 'data'), there = existsSync(data)
const skip = there ? false : 'no ../shared/data'
if (!there) console.log('note: skipped: no ../shared/data')

let brand, tmp
before(async () => {
  brand = await startBrand()
  tmp = mkdtempSync(join(tmpdir(), 'lianyi-import-'))
})
after(async () => {
  await brand?.stop()
  rmSync(tmp, { recursive: true, force: true })
})

const file = (name, text) => { writeFileSync(join(tmp, name), text); return join(tmp, name) }
/** Runs the command; the line it prints about the file, as an object. */
async function importFile(path, mapping, ...options) {
  const map = mapping ? ['--map', file(`map-${Math.random()}.json`, JSON.stringify(mapping))] : []
  const out = await lianyi('import', brand.dir, path, ...map, ...options)
  return { id: /import (\d+)/.exec(out)[1], ...JSON.parse(out.slice(out.indexOf('{'))) }
}
const counts = r => [r.state, r.rows, r.created, r.merged, r.refused]

test('CDNOW: fixed width; the figures of the file; the same file under another name brings nothing', { skip }, async () => {
  const path = join(data, 'events', 'CDNOW_master_restored.txt')
  const mapping = {
    target: 'event',
    format: { kind: 'fixed', columns: [['customer', 1, 6], ['date', 7, 15], ['units', 16, 18], ['dollars', 19, 27]].map(([name, from, to]) => ({ name, from, to })) },
    columns: { customer: { identity: 'user_id' }, date: { field: 'time' }, units: { property: 'units', type: 'integer' }, dollars: { property: 'cents', type: 'yuan' } },
    constants: [{ field: 'event', value: 'cd.bought' }],
  }
  assert.deepEqual(counts(await importFile(path, mapping, '--dry-run')), ['done', 69659, 69659, 0, 0])
  assert.equal((await brand.query({ ask: 'count', event: 'cd.bought' })).events, 0, 'a dry run writes nothing')
  assert.deepEqual(counts(await importFile(path, mapping)), ['done', 69659, 69659, 0, 0])
  const ask = async () => [await brand.query({ ask: 'count', event: 'cd.bought', of: 'units' }), await brand.query({ ask: 'count', event: 'cd.bought', of: 'cents' }),
    await brand.query({ ask: 'audience', who: { did: { event: 'cd.bought', at_least: 1, at_most: 1 } }, sample: 1 })]
  const first = await ask()
  assert.deepEqual([first[0].events, first[0].people, first[0].sum, first[1].sum, first[2].people], [69659, 23570, 167881, 250031563, 11908])
  assert.deepEqual([first[0].first, first[0].last], ['1996-12-31T16:00:00.000000Z', '1998-06-29T16:00:00.000000Z'])
  const again = await importFile(file('copy.txt', readFileSync(path)), mapping)
  assert.deepEqual(counts(again), ['done', 69659, 0, 69659, 0])
  assert.ok(again.as_import > 0)
  assert.deepEqual(await ask(), first)
})

test('Taobao: CSV without a header', { skip }, async () => {
  const mapping = {
    target: 'event', format: { kind: 'csv', header: false, columns: ['user', 'item', 'category', 'what', 'at'] },
    columns: {
      user: { identity: 'user_id' }, item: { property: 'item', type: 'integer' }, category: { property: 'category', type: 'integer' },
      what: { field: 'event' }, at: { field: 'time', time: 'unix_s' },
    },
  }
  assert.deepEqual(counts(await importFile(join(data, 'events', 'taobao_UserBehavior_1h_sample.csv'), mapping)), ['done', 71777, 71777, 0, 0])
  const day = { from: '2017-11-26', to: '2017-11-27' }, all = await brand.query({ ask: 'count', event: '*', ...day })
  assert.deepEqual([all.events, all.people, all.first, all.last], [71777, 45277, '2017-11-26T01:00:00.000000Z', '2017-11-26T02:28:37.000000Z'])
  for (const [event, n] of [['pv', 64084], ['cart', 3919], ['fav', 2196], ['buy', 1578]]) assert.equal((await brand.query({ ask: 'count', event })).events, n)
})

test('help desk: guessed from its head', { skip }, async () => {
  const out = JSON.parse(await lianyi('import', brand.dir, join(data, 'events', 'helpdesk.csv'), '--target', 'event', '--guess'))
  assert.deepEqual(out.columns.ActivityID, { field: 'event' })
  assert.deepEqual(out.columns.CompleteTimestamp, { field: 'time' })
  out.columns.CaseID = { identity: 'user_id' }
  assert.deepEqual(counts(await importFile(join(data, 'events', 'helpdesk.csv'), out)), ['done', 13710, 13710, 0, 0])
})

// The value of an attribute, its entities resolved as a parser of XML would.
const attr = (line, name) => {
  const m = new RegExp(` ${name}="([^"]*)"`).exec(line)
  return m?.[1].replace(/&#x([0-9A-Fa-f]+);/g, (_, h) => String.fromCodePoint(parseInt(h, 16))).replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&quot;/g, '"').replace(/&amp;/g, '&')
}

test('Stack Exchange: users as NDJSON', { skip }, async () => {
  const xml = gunzipSync(readFileSync(join(data, 'community', 'Users.xml.gz'))).toString('utf8')
  const users = xml.split('\n').filter(l => l.includes('<row ')).map(l => ({
    Id: attr(l, 'Id'), Reputation: Number(attr(l, 'Reputation')), CreationDate: attr(l, 'CreationDate') + 'Z', DisplayName: attr(l, 'DisplayName'),
    Location: attr(l, 'Location'), Views: Number(attr(l, 'Views')),
  }))
  assert.equal(users.length, 3461)
  const path = file('users.ndjson', users.map(u => JSON.stringify(u)).join('\n'))
  const mapping = {
    target: 'event', columns: {
      Id: { identity: 'user_id', values: Object.fromEntries(users.slice(0, 1).map(u => [u.Id, 'community'])) }, CreationDate: { field: 'time' },
      Reputation: { property: 'reputation' }, Views: { property: 'views' }, Location: { property: 'location' }, DisplayName: { property: 'name' },
    },
    constants: [{ field: 'event', value: 'community.joined' }],
  }
  assert.deepEqual(counts(await importFile(path, mapping)), ['done', 3461, 3461, 0, 0])
  const reputation = await brand.query({ ask: 'count', event: 'community.joined', of: 'reputation' })
  assert.deepEqual([reputation.events, reputation.people, reputation.sum], [3461, 3461, users.reduce((n, u) => n + u.Reputation, 0)])
})

test('refused rows come back as CSV, with line and reason', async () => {
  const csv = 'user,event,at,n\r\nu1,x,2026-03-09 08:00,1\r\n,x,2026-03-09,2\r\nu2,x,soon,3\r\nu3,"x\ny",2026-03-09,four\r\nu4,x\r\n"a,x,2026-03-09,1\r\nu5,x,2026-03-09,5\r\n'
  const mapping = { target: 'event', columns: { user: { identity: 'user_id' }, event: { field: 'event' }, at: { field: 'time' }, n: { property: 'n', type: 'integer' } } }
  const errors = join(tmp, 'errors.csv'), sheet = join(tmp, 'sheet.csv')
  for (const options of [['--dry-run'], []]) {
    const r = await importFile(file('bad.csv', csv), mapping, '--errors', errors, '--sheet', sheet, ...options)
    assert.deepEqual(counts(r), ['done', 7, 2, 0, 5])
    assert.deepEqual(readFileSync(errors, 'utf8').replace('\uFEFF', '').split('\r\n'), [
      'line,column,code,reason_zh,reason_en,row',
      '3,,row_nobody,没有可识别的用户标识,Nothing in the row says who it is about,,x,2026-03-09,2',
      '4,at,field_type,「at」类型不对，应为时间,"""at"" has the wrong type, expected a time",u2,x,soon,3',
      '5,n,field_type,「n」类型不对，应为整数,"""n"" has the wrong type, expected a whole number",u3,"x\ny",2026-03-09,four',
      '7,,row_cells,列数不对，应有 4 列,Not as many cells as there are columns (4),u4,x',
      '8,,row_quote,引号不成对,Quotes do not match,"a,x,2026-03-09,1"', ''])
    assert.match(readFileSync(sheet, 'utf8'), /event,rows,,7,7,0\r\nevent,created,,2,2,0\r\nevent,merged,,0,0,0\r\nevent,refused,,5,5,0\r\n/)
  }
})

test('known messages are not stored again, whatever file brings them', async () => {
  const mapping = { target: 'event', columns: { user: { identity: 'user_id' }, no: { field: 'message_id' } }, constants: [{ field: 'event', value: 'twice' }] }
  assert.deepEqual(counts(await importFile(file('one.csv', 'user,no\n1,a\n2,b\n'), mapping)), ['done', 2, 2, 0, 0])
  assert.deepEqual(counts(await importFile(file('two.csv', 'user,no\n2,b\n3,c\n'), mapping)), ['done', 2, 1, 1, 0])
  assert.equal((await brand.query({ ask: 'count', event: 'twice' })).events, 3)
})

test('what would fire is told, and does not', async () => {
  const mapping = { target: 'event', columns: { user: { identity: 'user_id' } }, constants: [{ field: 'event', value: 'user.followed' }] }
  const path = file('fire.csv', 'user\nf1\nf2\nf3\n'), sheet = join(tmp, 'fire-sheet.csv')
  await importFile(path, mapping, '--dry-run', '--effects', 'all', '--sheet', sheet)
  const told = readFileSync(sheet, 'utf8')
  assert.equal((await brand.query({ ask: 'count', event: 'user.followed' })).events, 0)
  assert.deepEqual(counts(await importFile(path, mapping)), ['done', 3, 3, 0, 0])
  assert.equal((await brand.query({ ask: 'count', event: 'stage.moved' })).events, 0, 'history sets nothing in motion')
  return told
})

test('effects shadow: what rules would do is counted with the import, by kind and by rule, and nothing of it stays', async () => {
  const mapping = { target: 'event', columns: { user: { identity: 'user_id' }, phone: { identity: 'phone' } }, constants: [{ field: 'event', value: 'lead.captured' }, { property: 'consent_call', value: 'true', type: 'boolean' }] }
  const path = file('shadow.csv', 'user,phone\nsh1,13700137001\nsh2,13700137002\nsh3,13700137003\n'), sheet = join(tmp, 'shadow-sheet.csv')
  assert.deepEqual(counts(await importFile(path, mapping, '--effects', 'shadow', '--sheet', sheet)), ['done', 3, 3, 0, 0])
  const rows = readFileSync(sheet, 'utf8').trim().split('\r\n').map(l => l.split(','))
  const would = Object.fromEntries(rows.filter(r => r[1] === 'would').map(r => [r[2], Number(r[4])])), rules = rows.filter(r => r[1] === 'would_rule')
  assert.deepEqual([would.consent, would.stage, would.task, rules.find(r => r[2] === 'lead.capture')?.[4]], [3, 3, 3, '6'], 'the consent one rule would give lets the next one hold')
  assert.equal(rows.filter(r => r[1] === 'effect').length, 0)
  assert.equal((await brand.query({ ask: 'count', event: 'lead.captured' })).events, 3, 'the events themselves are stored')
  assert.equal((await brand.query({ ask: 'count', event: 'stage.moved' })).events, 0)
  const consents = file('shadow-consent.csv', 'user,purpose,given,time\nsh1,call,yes,2026-01-01\n')
  await assert.rejects(importFile(consents, { target: 'consent', columns: { user: { identity: 'user_id' }, purpose: { field: 'purpose' }, given: { field: 'given' }, time: { field: 'time' } } }, '--effects', 'shadow'),
    /effects/, 'consents come about by rules: tried only, nothing would be there')
})

// --- Targets ------------------------------------------------------------------------------------------------------------------------
/** As the guess says; `change` mends it. Returns the run and the sheet as {measure/period: [came, booked]}. */
async function migrate(name, text, target, change = x => x) {
  const path = file(name, text), sheet = join(tmp, 'sheet.csv'), errors = join(tmp, 'errors.csv')
  const mapping = change(JSON.parse(await lianyi('import', brand.dir, path, '--target', target, '--guess')))
  const r = await importFile(path, mapping, '--sheet', sheet, '--errors', errors)
  const rows = readFileSync(sheet, 'utf8').trim().split('\r\n').slice(5).map(l => l.split(','))
  const sums = Object.fromEntries(rows.map(([, measure, period, came, booked]) => [[measure, period].filter(Boolean).join('/'), [Number(came), Number(booked)]]))
  assert.equal(r.rows, r.created + r.merged + r.refused, 'in = created + merged + refused')
  return { ...r, sums, errors: readFileSync(errors, 'utf8').trim().split('\r\n').slice(1).map(l => l.split(',').slice(0, 3)) }
}

test('people: identities, traits and personal data; again by another file they are merged', async () => {
  const head = '会员号,手机号,姓名,城市,建档时间\n'
  const r = await migrate('people.csv', head + 'm1,13800138001,张三,上海,2024-01-05\nm2,13800138002,李四,杭州,2024-02-05\n,,无名,北京,2024-02-05\nm1,13800138001,张三,北京,2025-01-05\n', 'person')
  assert.deepEqual(counts(r), ['done', 4, 2, 1, 1])
  assert.deepEqual(r.errors, [['4', '', 'row_nobody']])
  assert.deepEqual(counts(await migrate('people2.csv', head + 'm2,13800138002,李四,苏州,2025-02-05\n', 'person')), ['done', 1, 0, 1, 0])
  const admin = await brand.key('admin'), found = await brand.call('GET', '/api/v1/people?q=13800138002', { key: admin })
  assert.equal(found.body.items.length, 1)
})

test('consents and vehicles: the state is there, and the sheet comes out equal', async () => {
  const consents = await migrate('consents.csv', '会员号,用途,是否同意,时间,文本版本\nm1,call,是,2024-01-05,v1\nm1,call,否,2024-06-05,v2\nm2,sms,是,2024-02-05,v1\nm2,sms,也许,2024-02-05,v1\nm2,nonsense,是,2024-02-05,v1\nm2,share_dealer,是,2024-02-05,v1\nm2,share_dealer:SH-9,是,2024-02-05,v1\n', 'consent')
  assert.deepEqual([counts(consents), consents.sums['given/call'], consents.sums['withdrawn/call'], consents.sums['given/sms'], consents.sums['given/nonsense']], [['done', 7, 4, 0, 3], [1, 1], [1, 1], [1, 1], [1, 0]])
  const text = '会员号,车架号,交付日期,过户日期,结束方式\nm1,LSJA24U62KS000001,2023-03-01,2025-03-01,转售\nm2,LSJA24U62KS000001,2025-03-02,,\n'
    + 'm3,LSJA24U62KS000002,2024-03-01,2024-09-01,报废\nm3,LSJA24U62KS000003,2025-03-01,,\nm3,BAD,2025-03-01,,\n'
  const cars = await migrate('cars.csv', text, 'ownership'), { delivered, resold, scrapped, owners } = cars.sums
  assert.deepEqual(counts(cars), ['done', 5, 4, 0, 1])
  assert.deepEqual(cars.errors, [['6', '车架号', 'field_value']])
  assert.deepEqual([delivered, resold, scrapped, owners], [[5, 4], [1, 1], [1, 1], [3, 2]])
  assert.equal(owners[1], delivered[1] - resold[1] - scrapped[1], 'owners = delivered − resold − scrapped')
  const admin = await brand.key('admin'), people = await brand.call('GET', '/api/v1/people?stage=owner', { key: admin })
  assert.equal(people.body.items.filter(p => !p.source.includes('sdk')).length, 2, 'two own a car now')
  assert.deepEqual(counts(await migrate('cars-again.csv', text.replace('m3,BAD,2025-03-01,,\n', ''), 'ownership')), ['done', 4, 0, 4, 0], 'another file that says the same brings nothing')
})

test('points by vintage: what is booked is what the file says, once', async () => {
  const text = '会员号,积分,到期日\nm1,100,2127-01-31\nm1,50,2127-03-31\nm2,70,2127-01-31\nm2,30,2025-01-31\nm2,-5,2127-01-31\n'
  const r = await migrate('points.csv', text, 'points')
  assert.deepEqual([counts(r), r.sums], [['done', 5, 3, 0, 2], { 'points/2025-01': [30, 0], 'points/2127-01': [170, 170], 'points/2127-03': [50, 50] }])
  assert.deepEqual(r.errors.map(e => e.slice(0, 3)), [['5', '到期日', 'conflict'], ['6', '积分', 'field_too_small']])
  assert.deepEqual(counts(await migrate('points-copy.csv', text, 'points', m => ({ ...m, columns: { ...m.columns } }))), ['done', 5, 0, 5, 0])
  assert.match(await lianyi('doctor', brand.dir), /^ok/)
})

test('tags: of the library, with evidence, source, confidence and expiry; again they are merged', async () => {
  const head = '会员号,标签,依据,来源,置信度,打标时间,到期日\n'
  const text = head + 't1,亲子,2024 问卷第 3 题,问卷系统,80,2024-01-05,2127-01-01\nt1,粉丝,,,,,\nt2,粉丝,,,,2024-01-05,\nt2,没有这个,,,,2024-01-05,\nt2,潜客,,,,2024-01-05,2024-06-01\nt2,潜客,,,120,2024-01-05,\nt2,有子女,,,,2026-01-05,\n'
  const r = await migrate('tags.csv', text, 'tag')
  assert.deepEqual([counts(r), r.sums['tagged/粉丝'], r.sums['tagged/没有这个'], r.sums['tagged/潜客']], [['done', 7, 3, 0, 4], [2, 2], [1, 0], [1, 0]])
  assert.deepEqual(r.errors, [['5', '标签', 'field_value'], ['6', '到期日', 'field_value'], ['7', '置信度', 'field_too_large'], ['8', '标签', 'field_value']])
  const admin = await brand.key('admin'), found = (await brand.call('GET', '/api/v1/people?q=t1', { key: admin })).body.items[0]
  const tags = (await brand.call('GET', `/api/v1/people/${found.id}/tags`, { key: admin })).body.items, one = tags.find(x => x.tag === '亲子')
  assert.deepEqual([one.origin, one.rule, one.reason, one.confidence, one.until], ['import', '问卷系统', '2024 问卷第 3 题', 80, '2126-12-31T16:00:00.000000Z'])
  assert.deepEqual(counts(await migrate('tags-again.csv', head + 't1,亲子,,,,2024-01-05,2127-01-01\n', 'tag')), ['done', 1, 0, 1, 0])
})

test('staff and stores', async () => {
  const staff = await migrate('staff.csv', '账号,姓名,角色\nzhang,张,advisor\nli,李,desk\nli,李,desk\nwang,王,emperor\n', 'staff')
  assert.deepEqual(counts(staff), ['done', 4, 2, 1, 1])
  const stores = await migrate('stores.csv', '门店编码,类型,归属,城市,名称,状态\nSH-9,体验中心,直营,上海,上海九店,营业\nHZ-9,交付中心,直营,杭州,杭州九店,营业\nHZ-9,交付中心,直营,杭州,杭州九店,营业\nXX-9,茶馆,直营,杭州,杭州九店,营业\n', 'store')
  assert.deepEqual(counts(stores), ['done', 4, 2, 1, 1])
})

test('orders and test drives: records about people, found or made by their identities', async () => {
  const orders = await migrate('orders.csv', '订单号,手机号,状态,车型,金额,大定时间,交付时间\nSO-1,13800138001,大定,E7,100000,2024-03-01,\nSO-2,13811112222,已交付,E7,200000,2024-03-01,2024-05-01\nSO-2,13811112222,已交付,E7,200000,2024-03-01,2024-05-01\nSO-3,13811113333,飞了,E7,1,2024-03-01,\n', 'order')
  assert.deepEqual(counts(orders), ['done', 4, 2, 1, 1])
  const admin = await brand.key('admin'), list = (await brand.call('GET', '/api/v1/orders?sort=number', { key: admin })).body.items
  assert.deepEqual(list.filter(o => o.number.startsWith('SO-')).map(o => [o.number, o.state, o.person > 0]), [['SO-1', 'ordered', true], ['SO-2', 'delivered', true]])
})

// --- Taking back ----------------------------------------------------------------------------------------------------------------------------
const remove = async (id, ...options) => JSON.parse(await lianyi('import', brand.dir, '--remove', String(id), ...options))
/** Everything that was made is taken or kept, kind by kind. */
function balanced(made, taken) {
  for (const [kind, n] of Object.entries(made)) {
    const got = Object.entries(taken).filter(([k]) => k.split(' ')[0] === kind).reduce((s, [, x]) => s + x, 0)
    assert.equal(got, n, `${kind}: ${JSON.stringify(taken)}`)
  }
}

test('taken back: events, people, traits, tags, consents; whoever was there or was touched since stays as they were', async () => {
  const admin = await brand.key('admin'), ingest = await brand.key('ingest')
  const api = async path => (await brand.call('GET', path, { key: admin })).body
  const track = body => brand.call('POST', '/v1/track', { key: ingest, body: { messageId: `${Math.random()}`, ...body } })
  await track({ userId: 'rm-old', event: 'before' })
  const old = (await api('/api/v1/people?q=rm-old')).items[0], portrait = async id => { const p = await api(`/api/v1/people/${id}`); return [p.stage, p.balances, (await api(`/api/v1/people/${id}/tags`)).items.map(x => x.tag), (await api(`/api/v1/people/${id}/traits`)).items.map(x => [x.name, x.value])] }
  const was = await portrait(old.id)
  const head = '会员号,手机号,城市\n', text = head + 'rm-old,,上海\nrm-new,13600136001,杭州\nrm-touched,13600136002,苏州\n'
  const people = await migrate('rm-people.csv', text, 'person'), events = await importFile(file('rm-e.csv', 'user,no\nrm-old,x1\nrm-new,x2\nrm-new,x3\n'), { target: 'event', columns: { user: { identity: 'user_id' }, no: { field: 'message_id' } }, constants: [{ field: 'event', value: 'rm.came' }] })
  assert.deepEqual([counts(people), counts(events)], [['done', 3, 2, 1, 0], ['done', 3, 3, 0, 0]])
  const tags = await migrate('rm-tags.csv', '会员号,标签\nrm-old,亲子\nrm-touched,露营\n', 'tag'), consents = await migrate('rm-consents.csv', '会员号,用途,是否同意,时间\nrm-old,call,是,2024-01-05\n', 'consent')
  await track({ userId: 'rm-touched', event: 'since' })
  assert.notDeepEqual(await portrait(old.id), was)
  const asked = await remove(events.id)
  assert.deepEqual([asked.state, asked.made.event], ['none', 3])
  assert.equal((await brand.query({ ask: 'count', event: 'rm.came' })).events, 3, 'asked without --yes nothing is taken')
  for (const r of [events, tags, consents]) { const { made } = await remove(r.id), { state, taken } = await remove(r.id, '--yes'); assert.equal(state, 'done'); balanced(made, taken) }
  assert.equal((await brand.query({ ask: 'count', event: 'rm.came' })).events, 0)
  assert.equal((await brand.query({ ask: 'count', event: 'tag.added' })).events, (await brand.query({ ask: 'count', event: 'tag.added' })).events)
  const { made } = await remove(people.id), { taken } = await remove(people.id, '--yes')
  balanced(made, taken)
  assert.deepEqual([taken['person removed'], taken['person touched']], [1, 1], JSON.stringify(taken))
  assert.deepEqual(await portrait(old.id), was, 'whoever was there is as before')
  assert.equal((await api('/api/v1/people?q=rm-new')).items.length, 0)
  assert.equal((await api('/api/v1/people?q=13600136001')).items.length, 0, 'and nobody finds the number')
  const touched = (await api('/api/v1/people?q=rm-touched')).items[0]
  assert.deepEqual((await portrait(touched.id)).slice(2), [[], []], 'kept, without what the file had said')
  assert.deepEqual((await remove(people.id, '--yes')).taken, taken, 'again: the same')
  await brand.restart()
  assert.equal((await brand.query({ ask: 'count', event: 'rm.came' })).events, 0, 'also after a restart')
  assert.match(await lianyi('erase', brand.dir), /events/)
  assert.equal((await brand.query({ ask: 'count', event: 'before' })).events, 1)
  assert.match(await lianyi('doctor', brand.dir), /^ok/)
  // Mended and brought again it comes in, messages with an id as well, but once.
  for (const [name, n] of [['rm-e2.csv', 3], ['rm-e3.csv', 0]]) assert.equal((await importFile(file(name, `user,no,${name}\nrm-old,x1,1\nrm-new,x2,1\nrm-new,x3,1\n`), { target: 'event', columns: { user: { identity: 'user_id' }, no: { field: 'message_id' } }, constants: [{ field: 'event', value: 'rm.came' }] })).created, n)
  assert.equal((await brand.query({ ask: 'count', event: 'rm.came' })).events, 3)
  assert.deepEqual(counts(await migrate('rm-people.csv', text, 'person')), ['done', 3, 0, 3, 0])
})

test('taken back: points are reversed unless spent, records and staff unless touched', async () => {
  const admin = await brand.key('admin'), call = (method, path, body, headers = {}) => brand.call(method, path, { key: admin, body, headers: { 'idempotency-key': `${Math.random()}`, ...headers } })
  const text = '会员号,积分,到期日\nrp-1,100,2127-01-31\nrp-2,70,2127-01-31\n', points = await migrate('rp.csv', text, 'points')
  const one = (await call('GET', '/api/v1/people?q=rp-1')).body.items[0]
  const accounts = async id => ((await call('GET', `/api/v1/people/${id}`)).body.balances ?? []).map(b => b.amount)
  assert.deepEqual(await accounts(one.id), [100])
  const spent = await call('POST', '/api/v1/entries', { entries: [{ key: 'rp-spent', person: one.id, amount: -30, reason: 'register' }] })
  assert.deepEqual(spent.body.items?.map(x => x.code) ?? spent.body, ['ok'])
  const { made } = await remove(points.id), { taken } = await remove(points.id, '--yes')
  balanced(made, taken)
  assert.deepEqual([taken['entry spent'], taken['entry removed'], taken['person touched'], taken['person removed']], [1, 1, 1, 1], JSON.stringify(taken))
  assert.deepEqual(await accounts(one.id), [70], 'what was spent from stays')
  const stores = await migrate('rp-stores.csv', '门店编码,类型,归属,城市,名称,状态\nRP-1,体验中心,直营,上海,甲店,营业\nRP-2,交付中心,直营,杭州,乙店,营业\nRP-3,交付中心,直营,杭州,丙店,营业\n', 'store')
  const list = (await call('GET', '/api/v1/stores?sort=code')).body.items.filter(s => s.code.startsWith('RP-'))
  assert.equal((await call('PATCH', `/api/v1/stores/${list[1].id}`, { name: '乙店二' }, { 'if-match': `"${list[1].version}"` })).status, 200)
  const s = await remove(stores.id, '--yes')
  assert.deepEqual([s.taken['store removed'], s.taken['store touched']], [2, 1])
  assert.deepEqual((await call('GET', '/api/v1/stores?sort=code')).body.items.filter(x => x.code.startsWith('RP-')).map(x => x.code), ['RP-2'])
  const staff = await migrate('rp-staff.csv', '账号,姓名,角色\nrp-zhang,张,advisor\n', 'staff')
  assert.deepEqual((await remove(staff.id, '--yes')).taken, { 'staff removed': 1 })
  assert.match(await lianyi('doctor', brand.dir), /^ok/)
})

test('taken back: what rules did for its events goes too: stage, task, points, consent', async () => {
  const admin = await brand.key('admin'), ingest = await brand.key('ingest')
  const api = async path => (await brand.call('GET', path, { key: admin })).body
  await brand.call('POST', '/v1/track', { key: ingest, body: { userId: 're-old', event: 'before', messageId: 're0' } })
  const id = (await api('/api/v1/people?q=re-old')).items[0].id
  const look = async () => { const p = await api(`/api/v1/people/${id}`); return [p.stage, p.balances.map(b => b.amount).sort((a, b) => a - b), (await api(`/api/v1/tasks?person=${id}`)).items.length, (await api(`/api/v1/people/${id}/consents`)).history.map(c => c.purpose)] }
  const was = await look()
  const r = await importFile(file('re.csv', 'user,phone\nre-old,13500135001\nre-new,13500135002\n'), { target: 'event', columns: { user: { identity: 'user_id' }, phone: { identity: 'phone' } }, constants: [{ field: 'event', value: 'lead.captured' }, { property: 'consent_call', value: 'true', type: 'boolean' }] }, '--effects', 'all')
  assert.deepEqual(counts(r), ['done', 2, 2, 0, 0])
  const then = await look()
  assert.deepEqual([then[0], then[1], then[2] > 0, then[3]], ['lead', [50, 100], true, ['call']])
  const { made } = await remove(r.id), { taken } = await remove(r.id, '--yes')
  balanced(made, taken)
  assert.deepEqual([taken['person removed'], taken['person joined'], taken['earned removed'] >= 2], [1, 1, true], JSON.stringify(taken))
  const now = await look()
  assert.deepEqual([now[0], now[1].every(x => x === 0), now[2], now[3]], [was[0], true, was[2], was[3]])
  assert.match(await lianyi('doctor', brand.dir), /^ok/)
})

test('taken back: a wrong later owner; whoever had the car has it again', async () => {
  const admin = await brand.key('admin'), head = '会员号,车架号,交付日期\n', vin = 'LSJA24U62KS000077'
  const person = async q => { const x = (await brand.call('GET', `/api/v1/people?q=${q}`, { key: admin })).body.items[0]; return x && [x.stage, (await brand.call('GET', `/api/v1/people/${x.id}/profile`, { key: admin })).body.vehicles?.filter(v => v.owner && !v.until).length] }
  await migrate('rv-1.csv', `${head}rv-true,${vin},2023-03-01\n`, 'ownership')
  const was = await person('rv-true')
  assert.equal(was[0], 'owner')
  const wrong = await migrate('rv-2.csv', `${head}rv-wrong,${vin},2024-03-01\n`, 'ownership')
  assert.deepEqual([(await person('rv-wrong'))[0], (await person('rv-true'))[1]], ['owner', 0])
  const { taken } = await remove(wrong.id, '--yes')
  assert.equal(taken['person removed'], 1, JSON.stringify(taken))
  assert.deepEqual([await person('rv-true'), await person('rv-wrong')], [was, undefined])
  assert.match(await lianyi('doctor', brand.dir), /^ok/)
})

test('taken back: killed in its middle it goes on, and everything comes out once', async () => {
  const n = 20000, path = file('rk.csv', 'user\n' + Array.from({ length: n }, (_, i) => `rk${i % 4000}\n`).join(''))
  const r = await importFile(path, { target: 'event', columns: { user: { identity: 'user_id' } }, constants: [{ field: 'event', value: 'rk.came' }] })
  const admin = await brand.key('admin'), get = async () => (await brand.call('GET', `/api/v1/imports/${r.id}/removal`, { key: admin })).body
  const before = await get(), wrong = await brand.call('POST', `/api/v1/imports/${r.id}/removal`, { key: admin, body: { name: 'other.csv' }, headers: { 'idempotency-key': 'rk0' } })
  assert.deepEqual([wrong.status, before.made.find(x => x.kind === 'event').n], [422, n])
  assert.equal((await brand.call('POST', `/api/v1/imports/${r.id}/removal`, { key: admin, body: { name: 'rk.csv' }, headers: { 'idempotency-key': 'rk1' } })).status, 202)
  assert.equal((await brand.query({ ask: 'count', event: 'rk.came' })).events, 0, 'at once')
  await brand.restart()
  let now = await get()
  for (let i = 0; now.state !== 'done' && i < 300; i++) { await new Promise(x => setTimeout(x, 100)); now = await get() }
  const taken = Object.fromEntries(now.taken.map(x => [`${x.kind} ${x.outcome}`, x.n]))
  assert.deepEqual([taken['event removed'], taken['person removed']], [n, 4000], JSON.stringify(taken))
  assert.match(await lianyi('doctor', brand.dir), /^ok/)
})

// --- The API ------------------------------------------------------------------------------------------------------------------------------
test('over the API: parts, preview, check, run, refused rows, sheet', async () => {
  const admin = await brand.key('admin'), call = (method, path, body, headers = {}) => brand.call(method, `/api/v1/imports${path}`, { key: admin, body, headers: { 'idempotency-key': `${Math.random()}`, ...headers } })
  const rows = 40000, text = '会员号,事件,手机号,数\n' + Array.from({ length: rows }, (_, i) => `a${i % 300},by.api,1390000${String(i % 300).padStart(4, '0')},${i === 5 ? 'x' : i}\n`).join('')
  const bytes = Buffer.from(text), made = await call('POST', '', { name: '历史.csv', bytes: bytes.length })
  assert.equal(made.status, 201)
  const { id, part_bytes: size } = made.body
  const put = (n, b) => fetch(`${brand.url}/api/v1/imports/${id}/parts/${n}`, { method: 'PUT', body: b, headers: { authorization: `Bearer ${admin}`, 'content-type': 'application/octet-stream' } })
  assert.equal((await put(2, bytes.subarray(size, 2 * size))).status, 409, 'in order')
  assert.equal((await put(1, bytes.subarray(0, 10))).status, 400, 'whole')
  assert.equal((await call('POST', `/${id}/run`, { mapping: {} })).status, 422)
  for (let n = 0; n * size < bytes.length; n++) for (let twice = 0; twice < 2 - n; twice++) assert.equal((await put(n + 1, bytes.subarray(n * size, (n + 1) * size))).status, 200)
  const preview = (await call('GET', `/${id}/preview?target=event`)).body
  assert.deepEqual(preview.mapping.columns, { 会员号: { identity: 'user_id' }, 事件: { field: 'event' }, 手机号: { identity: 'phone' }, 数: { property: '数' } })
  assert.deepEqual([preview.columns, preview.sample[0]], [['会员号', '事件', '手机号', '数'], ['a0', 'by.api', '139••••0000', '0']])
  preview.mapping.columns['数'] = { property: 'n', type: 'integer' }
  const until = async what => { for (let i = 0; i < 400; i++) { const { body } = await call('GET', `/${id}`); if (what(body)) return body; await new Promise(r => setTimeout(r, 50)) } assert.fail('it did not end') }
  for (const dry_run of [true, false]) {
    const started = await call('POST', `/${id}/run`, { mapping: preview.mapping, dry_run })
    assert.equal(started.status, 202, JSON.stringify(started.body))
    const done = await until(x => x.state === 'done' && x.dry_run === dry_run)
    assert.deepEqual([done.rows, done.refused, done.target], [rows, 1, 'event'])
    assert.equal((await brand.query({ ask: 'count', event: 'by.api' })).events, dry_run ? 0 : rows - 1)
  }
  const csv = await (await fetch(`${brand.url}/api/v1/imports/${id}/errors.csv`, { headers: { authorization: `Bearer ${admin}` } })).text()
  assert.match(csv, /^line,column,code,reason_zh,reason_en,row\r\n7,数,field_type,[^\r]*,a5,by\.api,13900000005,x\r\n$/)
  assert.equal((await call('POST', `/${id}/cancel`, undefined)).status, 409, 'it has ended')
  assert.equal((await call('DELETE', `/${id}`)).status, 204)
  assert.doesNotMatch(await (await fetch(`${brand.url}/api/v1/imports/${id}/errors.csv`, { headers: { authorization: `Bearer ${admin}` } })).text(), /13900000005/)
  const reader = await brand.key('write')
  assert.equal((await brand.call('GET', '/api/v1/imports', { key: reader })).status, 403)
})

test('what is uploaded lies sealed, and goes', async () => {
  const admin = await brand.key('admin'), secret = 'canary-7f3a'
  const made = await brand.call('POST', '/api/v1/imports', { key: admin, body: { name: 'c.csv', bytes: 30 }, headers: { 'idempotency-key': 'canary' } })
  await fetch(`${brand.url}/api/v1/imports/${made.body.id}/parts/1`, { method: 'PUT', body: `name\n${secret}`.padEnd(30), headers: { authorization: `Bearer ${admin}`, 'content-type': 'application/octet-stream' } })
  const path = join(brand.dir, 'imports', String(made.body.id))
  assert.ok(existsSync(path) && !readFileSync(path).includes(secret))
  assert.equal((await brand.call('DELETE', `/api/v1/imports/${made.body.id}`, { key: admin })).status, 204)
  for (let i = 0; existsSync(path) && i < 100; i++) await new Promise(r => setTimeout(r, 100))
  assert.ok(!existsSync(path))
})

test('killed in its middle, each row is there once', async () => {
  const rows = 60000, path = file('many.csv', 'user,n\n' + Array.from({ length: rows }, (_, i) => `k${i % 700},${i}\n`).join(''))
  const mapping = { target: 'event', columns: { user: { identity: 'user_id' }, n: { property: 'n', type: 'integer' } }, constants: [{ field: 'event', value: 'counted' }] }
  const map = file('many.json', JSON.stringify(mapping))
  const command = spawn(process.env.LIANYI ?? join(root, 'build/dev/lianyi'), ['import', brand.dir, path, '--map', map], { stdio: 'ignore' })
  const n = async () => (await brand.query({ ask: 'count', event: 'counted', of: 'n' }).catch(() => ({ events: 0 }))).events
  let kills = 0
  for (let seen = 0; kills < 3 && seen < rows;) {
    await new Promise(r => setTimeout(r, 150))
    seen = await n()
    if (seen > kills * 5000 && seen < rows) { await brand.restart(); kills++ }
  }
  command.kill()
  assert.ok(kills > 0, 'it was killed')
  for (let i = 0; (await n()) < rows && i < 200; i++) await new Promise(r => setTimeout(r, 100))
  const all = await brand.query({ ask: 'count', event: 'counted', of: 'n' })
  assert.deepEqual([all.events, all.people, all.sum], [rows, 700, rows * (rows - 1) / 2])
  assert.deepEqual(counts(await importFile(path, mapping)), ['done', rows, 0, rows, 0], 'the same file brings nothing')
  assert.match(await lianyi('doctor', brand.dir), /^ok/)
})

test('without a server the command does it itself', async () => {
  const path = file('alone.csv', 'user\n' + Array.from({ length: 3000 }, (_, i) => `a${i}\n`).join(''))
  const mapping = { target: 'event', columns: { user: { identity: 'user_id' } }, constants: [{ field: 'event', value: 'alone' }] }
  await brand.kill()
  assert.deepEqual(counts(await importFile(path, mapping)), ['done', 3000, 3000, 0, 0])
  await brand.start()
  assert.equal((await brand.query({ ask: 'count', event: 'alone' })).people, 3000)
})
