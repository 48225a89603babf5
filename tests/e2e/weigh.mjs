// What each page of the console costs, cold: bytes on the wire and paints, in a real browser against a running server.
//   BASE=http://127.0.0.1:7921 LOGIN=admin PASSWORD=… node tests/e2e/weigh.mjs        exits 1 over budget
import { chromium } from 'playwright-core'

const { BASE: base, LOGIN: login, PASSWORD: password } = process.env
if (!base || !login || !password) { console.error('BASE, LOGIN and PASSWORD are needed'); process.exit(2) }
// Budgets in KB, compressed, data of the API not counted.
const PAGES = [['/overview', 240], ['/tasks', 260], ['/people/1', 260], ['/people', 350], ['/live', 240], ['/settings/rules', 350], ['/settings/keys', 350]]
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'] })
let over = 0
console.log('page                total    js    css   font  budget   first paint  largest paint')
for (const [path, budget] of PAGES) {
  const runs = []
  for (let i = 0; i < 3; i++) {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce' })
    const r = await context.request.post(`${base}/api/v1/session`, { data: { login, password }, headers: { 'sec-fetch-site': 'same-origin' } })
    if (!r.ok()) throw new Error(`log-in: ${r.status()}`)
    const page = await context.newPage()
    const cdp = await context.newCDPSession(page)
    await cdp.send('Network.enable')
    const url = new Map(), sum = { js: 0, css: 0, font: 0, other: 0 }
    cdp.on('Network.responseReceived', e => url.set(e.requestId, e.response.url))
    cdp.on('Network.loadingFinished', e => {
      const u = url.get(e.requestId) ?? ''
      if (!u.includes('/console')) return
      sum[u.endsWith('.js') ? 'js' : u.endsWith('.css') ? 'css' : u.endsWith('.woff2') ? 'font' : 'other'] += e.encodedDataLength
    })
    await page.addInitScript(() => {
      window.lcp = 0
      new PerformanceObserver(l => { for (const e of l.getEntries()) window.lcp = e.startTime }).observe({ type: 'largest-contentful-paint', buffered: true })
    })
    await page.goto(`${base}/console${path}`)
    await page.waitForSelector('h1')
    await page.waitForTimeout(600)
    const paint = await page.evaluate(() => [performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0, window.lcp])
    runs.push({ ...sum, total: sum.js + sum.css + sum.font + sum.other, fcp: paint[0], lcp: paint[1] })
    await context.close()
  }
  const mid = k => runs.map(r => r[k]).sort((a, b) => a - b)[1], kb = n => (n / 1000).toFixed(0).padStart(6)
  const total = mid('total') / 1000
  if (total > budget) over++
  console.log(`${path.padEnd(18)}${kb(mid('total'))}${kb(mid('js'))}${kb(mid('css'))} ${kb(mid('font'))} ${String(budget).padStart(6)}${total > budget ? ' !' : '  '}${mid('fcp').toFixed(0).padStart(10)} ms ${mid('lcp').toFixed(0).padStart(10)} ms`)
}
await browser.close()
process.exit(over ? 1 : 0)
