// What takes two people, in a real browser: people of high value are joined and split by two signatures, somebody is erased by one who
// asks and one who grants; and values that join nobody, released by hand.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startBrand, until } from '../lib/brand.mjs'
import { makeDesk } from '../lib/desk.mjs'

const desk = makeDesk(), { call, open, settled, judge } = desk
const PASSWORD = 'a long enough password'
let brand, key, first, second, agent, officer

before(async () => {
  brand = await startBrand()
  await desk.begin(brand)
  desk.cookie = await desk.logInAs(brand.login, brand.password)
  key = await brand.key('ingest', 'app')
  const staff = async (login, name, role) => {
    await call('POST', '/api/v1/staff', { body: { login, name, role, password: PASSWORD } })
    return desk.logInAs(login, PASSWORD)
  }
  first = await staff('steward-1', '周明', 'operator')
  second = await staff('steward-2', '吴桐', 'operator')
  agent = await staff('agent', '郑晓', 'desk')
  officer = await staff('officer', '钱敏', 'dpo')
})
after(async () => {
  await desk.end()
  await brand?.stop()
})

const track = (userId, event, properties = {}) => call('POST', '/v1/track', { auth: key, body: { userId, event, properties, messageId: `${userId} ${event} ${Math.random()}` } })
const find = async q => (await call('GET', `/api/v1/people?q=${encodeURIComponent(q)}`)).items
const lead = (name, phone) => ({ phone, name, city: '上海', model: 'E7', consent_call: true })
const submit = page => page.locator('.ant-modal-footer .ant-btn-primary').click()

test('two logins with one phone, one of them an owner: one steward signs, another decides; the split takes two as well', async () => {
  await track('u-owner', 'lead.captured', lead('沈一鸣', '13800005201'))
  await track('u-owner', 'delivery.completed', { vin: 'LSVAA4182E2105201', model: 'E7' })
  await track('u-again', 'lead.captured', lead('沈一鸣', '13800005201'))
  await until(async () => (await call('GET', '/api/v1/merges/doubts')).items.length === 1)
  assert.equal((await find('u-owner'))[0].id === (await find('u-again'))[0].id, false)

  let page = await open({ path: '/console/merges', as: first })
  await settled(page)
  await page.getByText('需两人签字').waitFor()
  await judge(page, 'a doubt wide zh')
  await page.locator('.doubt footer .ant-btn-primary').click()
  await page.fill('#note', '电话核实是同一人')
  await settled(page)
  await judge(page, 'signing')
  await submit(page)
  await page.locator('.doubt footer', { hasText: '周明 已签字，还差一人' }).waitFor()
  assert.ok(await page.locator('.doubt footer .ant-btn-primary').isDisabled(), 'one cannot be both')
  await page.context().close()

  page = await open({ path: '/console/merges', as: second, width: 390, lang: 'en', mode: 'dark' })
  await settled(page)
  await judge(page, 'a doubt signed phone en dark')
  await page.locator('.doubt footer .ant-btn-primary').click()
  await page.fill('#note', 'Order and app agree')
  await submit(page)
  await page.locator('.doubt').waitFor({ state: 'detached' })
  await page.goto(`${brand.url}/console/merges?tab=done`)
  await settled(page)
  await judge(page, 'a doubt decided phone en dark')
  await page.context().close()
  const [{ id }] = await find('u-owner')
  assert.equal((await find('u-again'))[0].id, id)
  assert.equal((await call('GET', `/api/v1/people/${id}`)).contacts.filter(c => c.kind === 'phone').length, 1, 'the phone both had is shown once')

  const split = async (as, look) => {
    const p = await open({ path: `/console/people/${id}`, as, ...look })
    await settled(p)
    if (look.width < 768) await p.getByRole('radio', { name: 'Identity' }).click()
    const line = p.locator('.mgd li:not(.gone)', { hasText: look.lang === 'en' ? 'staff' : '员工' }).first()
    await line.getByRole('button').click()
    await line.locator('input').fill('two people after all')
    await judge(p, `splitting ${look.lang} ${look.width}`)
    await line.locator('button[type=submit]').click()
    return p
  }
  page = await split(first, { lang: 'zh', width: 1440 })
  await page.waitForSelector('.toast.good >> text=已签字')
  assert.equal((await find('u-again'))[0].id, id, 'one signature splits nothing')
  await page.context().close()
  page = await split(second, { lang: 'en', width: 390 })
  await page.waitForSelector('.toast.good')
  await until(async () => (await find('u-again'))[0].id !== (await find('u-owner'))[0].id)
  await page.context().close()
})

test('a phone of forty people and a device of nothing join nobody; the phone is released by hand', async () => {
  for (let i = 0; i < 44; i++) await call('POST', '/v1/track', { auth: key, body: { userId: `u-shop-${i}`, event: 'app.active', context: { device: { id: '00000000-0000-0000-0000-000000000000' } }, properties: {} } })
  for (let i = 0; i < 44; i++) await track(`u-shop-${i}`, 'lead.captured', lead(`客户${i}`, '13800005299'))
  let page = await open({ path: '/console/merges?tab=blocked', as: first })
  await settled(page)
  const phone = page.locator('.blocked li', { hasText: '手机号' })
  await phone.waitFor()
  await judge(page, 'blocked wide zh')
  await page.goto(`${brand.url}/console/merges`)
  await settled(page)
  await judge(page, 'doubts of a shop wide zh')
  await page.context().close()
  page = await open({ path: '/console/merges?tab=blocked', as: second, width: 390, lang: 'en', mode: 'dark' })
  await settled(page)
  await judge(page, 'blocked phone en dark')
  const line = page.locator('.blocked li', { hasText: 'Phone' })
  await line.getByRole('button').click()
  await line.waitFor({ state: 'detached' })
  await page.context().close()
})

test('erased: asked for by one, granted by another, and then there is nobody', async () => {
  await track('u-gone', 'lead.captured', lead('江月', '13800005310'))
  const [{ id }] = await find('u-gone')
  let page = await open({ path: `/console/people/${id}`, as: agent })
  await settled(page)
  await page.locator('.p3-r').getByRole('button', { name: '导出 / 删除' }).click()
  await page.locator('.pv-k').nth(1).click()
  await page.fill('#pv-r', '来电要求删除')
  await page.fill('#pv-i', String(id))
  await judge(page, 'asking for erasure')
  await page.getByRole('button', { name: '记下删除请求' }).click()
  await page.locator('.p3-r').getByText('待处理').waitFor()
  await page.context().close()

  page = await open({ path: '/console/settings/privacy', as: officer, width: 390, lang: 'en' })
  await settled(page)
  await judge(page, 'a request for erasure phone en')
  await page.getByRole('button', { name: 'Grant the erasure' }).first().click()
  await page.fill('#pv-person', String(id))
  await settled(page)
  await judge(page, 'granting erasure phone en')
  await submit(page)
  await page.locator('.ant-modal').waitFor({ state: 'detached' })
  await until(async () => (await find('u-gone')).length === 0)
  await page.goto(`${brand.url}/console/people/${id}`)
  await settled(page)
  await judge(page, 'somebody erased phone en')
  assert.doesNotMatch(await page.textContent('body'), /江月|5310/)
  await page.context().close()
})

desk.expected.push(/status of 404/)
test('the consoles said nothing', () => assert.deepEqual(desk.errors, []))
