// Work that is cut into slices goes on at once after each, not at the next second.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startBrand, until } from '../lib/brand.mjs'

let brand, key
before(async () => {
  brand = await startBrand()
  key = await brand.key('write', 'desk')
})
after(() => brand.stop())

test('an import of 60 slices does not take a minute', async () => {
  const rows = Array.from({ length: 3000 }, (_, i) => `J-${i},门店${i},space,direct,上海,open`)
  const res = await brand.call('POST', '/api/v1/stores/import', {
    key, body: ['code,name,kind,owner,city,state', ...rows].join('\n'), headers: { 'content-type': 'text/csv', 'idempotency-key': 'jobs' },
  })
  assert.equal(res.status, 202, JSON.stringify(res.body))
  const progress = async () => (await brand.call('GET', `/api/v1/records/imports/${res.body.import}`, { key })).body
  await until(async () => (await progress()).done, 20000, 'the end of the import')
  assert.deepEqual([(await progress()).written, (await progress()).refused], [3000, 0])
})
