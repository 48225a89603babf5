// A browser at a brand's console: pages with a language, a mode and a width, judged by axe; and the API as whoever is logged in.
import assert from 'node:assert/strict'
import AxeBuilder from 'axe-core'
import { chromium } from 'playwright-core'

/** Everything works after begin(brand). `errors`: what the pages' consoles said. `expected`: what a browser says by itself of an answer that a test asks to be refused. */
export function makeDesk() {
  const errors = [], expected = []
  const desk = { errors, expected, cookie: undefined }
  let brand, browser

  desk.begin = async b => {
    brand = b
    browser = await chromium.launch({
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
    })
  }
  desk.end = () => browser?.close()

  /** As the staff of `as` (a cookie), or with a key; a cookie that is set becomes desk.cookie when there is none. */
  desk.call = async (method, path, { body, auth, as = desk.cookie, headers = {} } = {}) => {
    const r = await fetch(brand.url + path, {
      method, headers: { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin', ...(auth ? { authorization: `Bearer ${auth}` } : as ? { cookie: as } : {}), ...(method === 'GET' ? {} : { 'idempotency-key': crypto.randomUUID() }), ...headers },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    const text = await r.text()
    assert.ok(r.ok, `${method} ${path}: ${r.status} ${text}`)
    return text ? JSON.parse(text) : undefined
  }
  /** The cookie of somebody who logged in. */
  desk.logInAs = async (login, password) => {
    const r = await fetch(`${brand.url}/api/v1/session`, { method: 'POST', headers: { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' }, body: JSON.stringify({ login, password }) })
    assert.ok(r.ok, `login ${login}: ${r.status}`)
    return r.headers.get('set-cookie').split(';')[0]
  }

  /** Prefs are set before the first script, as a returning reader has them. */
  desk.openContext = async ({ width = 1440, mode = 'light', lang = 'zh', logged = true, as = desk.cookie } = {}) => {
    const context = await browser.newContext({ viewport: { width, height: width < 768 ? 844 : 900 }, reducedMotion: 'reduce', ...(width < 768 ? { hasTouch: true, isMobile: true } : {}) })
    await context.addInitScript(([m, l]) => { localStorage.setItem('ly.theme', m); localStorage.setItem('ly.lang', l) }, [mode, lang])
    if (logged) {
      const [name, value] = as.split('=')
      await context.addCookies([{ name, value, url: brand.url }])
    }
    return context
  }
  desk.newPage = async context => {
    const page = await context.newPage()
    // A browser reports a 401 by itself; asking who is logged in may say "nobody".
    page.on('console', m => { if (m.type() === 'error' && !/status of 401/.test(m.text()) && !expected.some(x => x.test(m.text()))) errors.push(`${page.url()} ${m.text()}`) })
    page.on('pageerror', e => errors.push(`${page.url()} ${e.message}`))
    return page
  }
  /** A window of its own. */
  desk.open = async ({ path = '/console/', ...look } = {}) => {
    const page = await desk.newPage(await desk.openContext(look))
    await page.goto(brand.url + path)
    return page
  }
  desk.settled = async page => {
    await page.waitForSelector('h1')
    await page.waitForFunction(() => !document.querySelector('.skel:not(.kt *), .hold, .dim, .ant-btn-loading, [class*="-enter"], [class*="-appear"], [class*="-leave"]'))
  }
  /** SHOTS=folder keeps a picture of everything judged. */
  desk.judge = async (page, what) => {
    if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/${what.replaceAll(/[^\p{L}\p{N}]+/gu, '-')}.png` })
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
    assert.ok(wide <= 0, `${what} scrolls sideways by ${wide}`)
    if (!await page.evaluate(() => !!window.axe)) await page.evaluate(AxeBuilder.source)
    const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }).then(r => r.violations.map(v => `${v.id}: ${v.nodes.slice(0, 3).map(n => n.html.slice(0, 160)).join(' | ')}`)))
    assert.deepEqual(found, [], what)
  }
  return desk
}
