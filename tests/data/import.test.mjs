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
      '4,at,field_type,「at」类型不对，应为a time,"""at"" has the wrong type, expected a time",u2,x,soon,3',
      '5,n,field_type,「n」类型不对，应为a whole number,"""n"" has the wrong type, expected a whole number",u3,"x\ny",2026-03-09,four',
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
