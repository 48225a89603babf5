// Tiers, offers and what is said, in a real browser: a ladder is edited with its preview, a cell of the matrix is decided, somebody is
// invited, a note suggests a tag that one press gives, a tag is marked by hand in two presses.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startBrand } from '../lib/brand.mjs'
import { makeDesk } from '../lib/desk.mjs'

const desk = makeDesk(), { call, open, settled, judge } = desk
let brand, person
const day = d => new Date(Date.now() + d * 864e5).toISOString()

before(async () => {
  brand = await startBrand({ demo: true })
  await desk.begin(brand)
  desk.cookie = await desk.logInAs(brand.login, brand.password)
  person = (await call('GET', '/api/v1/people?tier=prospect:B&limit=1')).items[0].id
  await call('POST', '/api/v1/campaigns', { body: { code: 'tea', state: 'running', name: '车主茶会', starts: day(3), ends: day(4), budget_fen: 0, kind: 'gathering' } })
})
after(async () => {
  await desk.end()
  await brand?.stop()
})

test('a ladder is edited: what saving would do is shown first, then everybody is looked at again', async () => {
  const page = await open({ path: '/console/segments/tiers' })
  await settled(page)
  await page.locator('.sec', { hasText: '潜客分级' }).getByRole('button', { name: '修改' }).click()
  await page.waitForSelector('.tr-lv')
  const table = page.locator('.tr-f table')
  await table.waitFor()
  await page.waitForFunction(() => /没有人会变动/.test(document.querySelector('.tr-f')?.textContent ?? ''))
  await judge(page, 'the editor of a ladder')
  // B is for reserves and who says so; now all of them are A.
  await page.getByRole('group', { name: 'A 级的条件' }).first().locator('select').first().selectOption('stage')
  const stages = page.getByRole('group', { name: 'A 级的条件' }).first().locator('select')
  await stages.nth(1).selectOption('lead')
  await stages.nth(2).selectOption('')
  await page.waitForFunction(() => /人会变动/.test(document.querySelector('.tr-f')?.textContent ?? '') && !/没有人会变动/.test(document.querySelector('.tr-f').textContent))
  // What the level is given: a right more, fewer invitations, a reminder.
  const given = page.getByRole('group', { name: 'A 级的待遇' })
  await given.getByLabel('30 天内最多邀请').fill('2')
  await given.getByLabel('没人联系满').fill('5')
  await given.getByRole('button', { name: '加一项权益' }).click()
  const right = given.getByRole('group', { name: '权益 3' })
  for (const [label, words] of [['代号', 'tea'], ['中文名', '到店茶歇'], ['英文名', 'Tea in store']]) await right.getByLabel(label).fill(words)
  await page.fill('#lf-why', '先都算 A')
  await page.getByRole('button', { name: '保存', exact: true }).click()
  await page.locator('.sec', { hasText: '潜客分级' }).getByText('第 2 版').waitFor()
  await page.locator('.sec', { hasText: '潜客分级' }).locator('td.wide .tr-w', { hasText: '专属顾问 · 到店茶歇 · 30 天内至多邀请 2 次 · 5 天没人联系就提醒' }).waitFor()
  const a = (await call('GET', '/api/v1/tiers')).items.find(x => x.key === 'prospect').levels[0]
  assert.deepEqual([a.invites, a.touch_days, a.rights[2]], [2, 5, { code: 'tea', zh: '到店茶歇', en: 'Tea in store' }])
  await page.waitForFunction(() => /A · \d+/.test(document.querySelector('.tr-mv')?.textContent ?? ''))
  const who = (await call('GET', '/api/v1/people?tier=prospect:A&limit=1')).items[0].id
  await page.goto(`${brand.url}/console/people/${who}`)
  await settled(page)
  await page.locator('.tr', { hasText: '潜客分级' }).getByText('到店茶歇').waitFor()
  await page.locator('.tr', { hasText: '潜客分级' }).getByText('还没人联系就提醒').waitFor()
  await judge(page, 'what a level gives, on the person')
  await page.context().close()
  const phone = await open({ path: '/console/segments/tiers', width: 390, lang: 'en', mode: 'dark' })
  await settled(phone)
  await phone.locator('.sec', { hasText: 'Owners' }).getByRole('button', { name: 'Edit' }).click()
  await phone.locator('.tr-f table').waitFor()
  await judge(phone, 'the editor of a ladder phone en dark')
  await phone.context().close()
})

test('a cell of the matrix is decided; a campaign invites whom it is offered to', async () => {
  const page = await open({ path: '/console/segments/offers' })
  await settled(page)
  await page.getByRole('button', { name: '工厂参观 · 潜客分级 A 一个月内: 未定' }).click()
  await page.getByRole('button', { name: '工厂参观 · 潜客分级 A 一个月内: 给' }).waitFor()
  await judge(page, 'the matrix')
  const phone = await open({ path: '/console/segments/offers', width: 390, lang: 'en', mode: 'dark' })
  await settled(phone)
  await judge(phone, 'the matrix phone en dark')
  await phone.context().close()
  const id = (await call('GET', '/api/v1/campaigns?code=tea')).items[0].id
  await page.goto(`${brand.url}/console/channels/campaigns/${id}`)
  await settled(page)
  await page.getByRole('radio', { name: '电话' }).click()
  await page.getByRole('button', { name: /先看看/ }).click()
  await page.getByRole('button', { name: /^邀请 \d+ 人$/ }).click()
  await page.locator('.ro-i .ro-l li').first().waitFor()
  await judge(page, 'a campaign that invited')
  assert.ok((await call('GET', `/api/v1/campaigns/${id}/invitations`)).total > 0)
  await page.context().close()
})

test('what was said suggests a tag, one press gives it; by hand it takes two', async () => {
  const page = await open({ path: `/console/people/${person}` })
  await settled(page)
  await page.fill('.nt-w textarea', '周末常去露营，没有孩子')
  await page.locator('.nt-w button[type=submit]').click()
  await page.locator('.nt li', { hasText: '周末常去露营' }).waitFor()
  assert.equal(await page.locator('.nt-i li', { hasText: '有子女' }).count(), 0, 'what is denied is not suggested')
  await judge(page, 'a person with a note')
  await page.getByRole('button', { name: '打上「露营」' }).click()
  await page.locator('.tgs', { hasText: '露营' }).waitFor()
  await page.getByRole('button', { name: '加标签' }).click()
  await page.locator('.tgp-c button', { hasText: '摄影' }).click()
  await page.locator('.tgs', { hasText: '摄影' }).waitFor()
  const held = (await call('GET', `/api/v1/people/${person}/tags`)).items
  assert.equal(held.find(x => x.tag === '露营').reason, '说到：露营')
  await page.context().close()
})
