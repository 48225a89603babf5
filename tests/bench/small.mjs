// An empty brand and what one process does at most: start, hello, ingest, postings.
import { startBrand } from '../lib/brand.mjs'
import { latency, load, number, resident, row, ticks } from './tools.mjs'

const seconds = +(process.env.SECONDS_EACH ?? 8)
export const people = 50000

/** What the rival is compared with: results by "batch/clients". */
export async function smallBrand() {
  const brand = await startBrand()
  const key = await brand.key('ingest', 'bench'), write = await brand.key('write', 'bench')
  await brand.kill()
  const s0 = performance.now()
  await brand.start()
  const at = brand.url.replace('http://', '')
  row('start to ready (process start to listening line)', `${(performance.now() - s0).toFixed(0)} ms`)
  await new Promise(r => setTimeout(r, 1000))
  row('idle memory of an empty brand', `${resident(brand.process.pid).toFixed(1)} MB`, 'resident')
  {
    const c0 = ticks(brand.process.pid)
    const r = load(at, key, 'get', '/healthz', 8, Math.min(seconds, 5))
    row('hello: requests/s, 8 clients', number(r.per_second), latency(r))
    row('hello: server CPU per request', `${((ticks(brand.process.pid) - c0) / r.requests * 1e6).toFixed(1)} µs`)
  }
  // Known people: fewer than a source may bring in a minute, or the flood protection is what is measured.
  load(at, key, 'ingest', 100, 16, seconds, `people=${people}`)
  const ours = {}
  for (const [batch, clients] of [[100, 1], [100, 16], [1, 1], [1, 16]]) {
    const c0 = ticks(brand.process.pid)
    const r = ours[`${batch}/${clients}`] = load(at, key, 'ingest', batch, clients, seconds, `people=${people}`)
    row(`ingest events/s, batches of ${batch}, ${clients} client${clients > 1 ? 's' : ''}`, number(r.per_second), `${latency(r)}; ${((ticks(brand.process.pid) - c0) / r.items * 1e6).toFixed(1)} µs CPU an event`)
  }
  const posting = '{"entries":[{"key":"$ID","person":1,"amount":1,"reason":"comment"}]}'
  for (const clients of [1, 16]) {
    const r = load(at, write, 'post', process.env.POST_PATH ?? '/api/v1/entries', process.env.POST_BODY ?? posting, clients, seconds)
    row(`postings/s, one a request, ${clients} client${clients > 1 ? 's' : ''}`, number(r.per_second), latency(r))
  }
  {
    const m = await (await fetch(brand.url + '/metrics', { headers: { authorization: `Bearer ${await brand.key('read', 'm')}` } })).text()
    const aside = /^lianyi_ingest_quarantined (\d+)/m.exec(m)?.[1]
    if (aside !== '0') throw new Error(`${aside} events were quarantined: not ingest is measured`)
    const stall = /lianyi_teller_stall_longest_us (\d+)/.exec(m)?.[1]
    row('longest stall of the writer over all of the above', `${(stall / 1000).toFixed(0)} ms`, 'commit, shipment or checkpoint')
  }
  row('memory after it', `${resident(brand.process.pid).toFixed(0)} MB`, 'every event is indexed in memory today')
  console.log((await brand.doctor()).trim())
  await brand.stop()
  return ours
}
