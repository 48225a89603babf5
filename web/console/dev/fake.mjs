// A stand-in for the server while the console is drawn: the shapes of /api/v1 over a small seeded brand in memory. Development only.
//   node dev/fake.mjs [port] [empty]        serves web/dist/console too, so that pictures need no second process
import { createServer } from 'node:http'
import { readFileSync, existsSync } from 'node:fs'
import { extname, join } from 'node:path'

const port = Number(process.argv[2] ?? 7999), empty = process.argv[3] === 'empty'
const dist = new URL('../../dist/console/', import.meta.url).pathname
let seed = 7
const rnd = () => { seed = (seed + 0x6D2B79F5) | 0; let t = Math.imul(seed ^ (seed >>> 15), 1 | seed); t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t; return ((t ^ (t >>> 14)) >>> 0) / 4294967296 }
const pick = a => a[Math.floor(rnd() * a.length)]
const iso = ms => new Date(ms).toISOString(), now = Date.now(), MIN = 60e3, H = 60 * MIN, D = 24 * H
const STAGES = ['follow', 'lead', 'trial', 'reserve', 'order', 'owner', 'advocate']
const bandOf = s => ({ visitor: 'visitor', follow: 'fan', lead: 'prospect', trial: 'prospect', reserve: 'prospect', order: 'owner_to_be' })[s] ?? 'owner'
const names = ['林知夏', '陈望', '何静', '赵一鸣', '沈星河', '许蔓', '郭岩', '苏禾', '魏潮生', '罗一', '顾棠', '蒋白', '丁原', '秦雨', '欧阳明月清', '']
const people = empty ? [] : Array.from({ length: 130 }, (_, i) => {
  const stage = STAGES[Math.min(6, Math.floor(rnd() ** 1.6 * 7))]
  return { id: 130 - i, ...(names[i % 16] ? { name: names[i % 16] } : {}), stage, band: bandOf(stage), phone: `13${i % 10}••••${1000 + i * 37 % 9000}`, ...(rnd() > .2 ? { city: pick(['上海', '杭州', '成都', '北京', '沈阳']) } : {}),
    ...(rnd() > .3 ? { model: pick(['E7', 'C5', 'E7 长续航四驱']) } : {}), source: pick(['短视频', '车主海报', 'app', '官网']), tags: ['内容分享', '二孩家庭', '露营', '续航顾虑'].slice(0, i % 5), created: iso(now - rnd() * 400 * D), seen: iso(now - i * 37 * MIN) }
})
const staff = [{ id: 1, login: 'admin', name: '周岚', role: 'head', state: 'active', version: 1, created: iso(now - 90 * D) }, { id: 2, login: 'xu.ke', name: '许可', role: 'lead_agent', state: 'active', version: 1, created: iso(now - 9 * D) }]
const keys = empty ? [] : [{ id: 1, name: '官方 App', scope: 'ingest', tail: 'x3Fq', source: 1, effects: 'all', created: iso(now - 30 * D) }]
const me = { staff: 1, login: 'admin', name: '周岚', role: 'head', permissions: ['self', 'people.read', 'people.write', 'timeline.read', 'task.read', 'task.write', 'ledger.read', 'rule.read', 'rule.write', 'admin'], ends: iso(now + 7 * D) }
const kinds = { K01: ['留资回访', 'Call the lead back', 12 * H, 'lead_agent'], K02: ['小订跟进', 'Follow up the reservation', 2 * H, 'advisor'], K09: ['大定后第一条进展', 'First progress after the order', 24 * H, 'advisor'] }
const tasks = people.slice(0, 26).map((p, i) => {
  const clock = ['K01', 'K01', 'K02', 'K09'][i % 4], [zh, en, limit, role] = kinds[clock], left = i < 3 ? -(i + 1) * 41 * MIN : rnd() * limit
  return { id: 500 + i, version: 1, clock, role, title_zh: zh, title_en: en, state: i === 0 ? 'escalated' : 'open', ...(i % 3 ? { assignee: 1 + i % 2, assignee_name: staff[i % 2].name } : {}), person: p.id, person_name: p.name, phone: p.phone, stage: p.stage, city: p.city, model: p.model, opened: iso(now + left - limit), warn: iso(now + left - limit / 2), due: iso(now + left), late: left < 0, attempts: i % 5 === 1 ? 2 : 0, rule: 'lead.call', cause: 9000 + i }
})
const rules = ['留资回访', '小订感谢', '提车关怀'].map((n, i) => ({ id: i + 1, key: ['lead.call', 'reserve.thanks', 'delivery.care'][i], version: 1, state: ['on', 'on', 'off'][i], origin: 'playbook', name_zh: n, name_en: ['Call leads back', 'Thank for reserving', 'Care after delivery'][i],
  sentence_zh: '当 留资，若 有手机号 且 同意致电，则给 线索组 开 12 小时的回访任务，送 50 积分。', sentence_en: 'When a lead is left, if there is a phone and consent to call, open a 12-hour call-back for the leads team and give 50 points.', events: ['lead.captured'], fired: 61204 * (2 - i), failed: i === 1 ? 3 : 0 }))
let no = 20000
const rings = () => [{ kind: 'stage', outcome: 'done', what: 'lead', rule: 'lead.stage' }, { kind: 'points', outcome: 'done', amount: 100, balance: 250, rule: 'lead.points' }, { kind: 'task', outcome: 'done', what: 'K01', due: iso(Date.now() + 12 * H), ref: 501, rule: 'lead.call' }].slice(0, Math.floor(rnd() * 4))
const ev = (p, at) => { const [kind, zh, en] = pick([['lead.captured', '留资', 'Left a lead'], ['app.active', '打开 App', 'Opened the app'], ['post.created', '发帖', 'Posted'], ['Product Viewed'], ['referral.bound', '带来好友', 'Brought a friend']]); return { no: ++no, kind, ...(zh ? { name_zh: zh, name_en: en } : {}), at: iso(at), received: iso(at + 200), source: 1, system: rnd() > .8, quiet: false, props: { model: 'E7', price: 268000, page: '/e7/winter', family: { kids: 2 } }, rings: rings() } }
const live = new Set()
if (!empty) setInterval(() => { const p = pick(people), e = ev(p, Date.now()), refused = rnd() > .9; tell({ no: refused ? 0 : e.no, time: e.at, received: e.at, kind: e.kind, person: refused ? 0 : p.id, source: '官方 App', verdict: refused ? 'refused' : 'stored', code: refused ? 'field_required' : '', field: refused ? 'event' : '', effects: refused ? [] : e.rings.map(({ kind, ...r }) => ({ effect: kind, ...r })) }) }, 1500)
const tell = e => live.forEach(r => r.write(`data: ${JSON.stringify(e)}\n\n`))
const page = (list, q, n) => { const from = Number(q.get('cursor') ?? 0), size = Number(q.get('limit') ?? n); return { items: list.slice(from, from + size), total: list.length, more_than_total: false, ...(from + size < list.length ? { next: String(from + size) } : {}) } }
const personView = p => ({ ...p, vehicles: p.band === 'owner' ? 1 : 0, contacts: [{ id: 1, kind: 'phone', masked: p.phone, at: p.created }, { id: 2, kind: 'email', masked: 'l••••@qq.com', at: p.created }], identities: [{ kind: 'user_id', label: `u${p.id}`, subject: p.id }, { kind: 'anonymous_id', label: '6f1c2a7e-90ab-4d1f-8c0e-1bd02f6a77aa', subject: p.id }, { kind: 'phone', subject: p.id }],
  opportunities: [{ id: 1, state: 'open', stage: p.stage, trigger: 'lead.captured', touches: 2, opened: iso(now - 40 * D), steps: STAGES.slice(0, STAGES.indexOf(p.stage) + 1).map((stage, i, a) => ({ stage, entered: iso(now - (a.length - i) ** 2 * 3 * D), ...(i < a.length - 1 ? { left: iso(now - (a.length - i - 1) ** 2 * 3 * D) } : {}), event: 100 + i })) }],
  tags: p.tags.map(tag => ({ tag, source: 'tag.rule', event: 5, event_kind: 'post.created', since: iso(now - 9 * D), until: iso(now + 20 * D) })), traits: [{ name: 'plan', value: 'E7', event: 3, at: iso(now - 5 * D) }], consents: [{ purpose: 'call', given: true, text_version: '2026-01', event: 4, at: iso(now - 30 * D) }, { purpose: 'sms', given: false, text_version: '2026-01', event: 4, at: iso(now - 3 * D) }], balances: [{ unit: 'points', amount: 12640, pending: 500 }, { unit: 'growth', amount: 1820, pending: 0 }], tasks_open: 1 })
const bad = (r, status, code, detail, field) => { r.writeHead(status, { 'content-type': 'application/problem+json' }); r.end(JSON.stringify({ type: 'urn:lianyi:error:' + code, title: code, status, detail, code, ...(field ? { field } : {}), retry: status >= 500, request_id: 'r-7f3a' })) }
const types = { '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.woff2': 'font/woff2', '.html': 'text/html; charset=utf-8', '.txt': 'text/plain' }

createServer(async (q, r) => {
  const u = new URL(q.url, 'http://x'), path = u.pathname, m = q.method
  if (path.startsWith('/console')) {
    const f = join(dist, path.slice(9)), real = extname(f) && existsSync(f) ? f : join(dist, 'index.html')
    r.writeHead(200, { 'content-type': types[extname(real)] }); return r.end(readFileSync(real))
  }
  let text = ''; for await (const d of q) text += d
  const body = text ? JSON.parse(text) : {}, ok = (x, status = 200) => { r.writeHead(status, { 'content-type': 'application/json' }); r.end(x === undefined ? '' : JSON.stringify(x)) }
  const p = path.replace('/api/v1', ''), id = Number(p.split('/')[2])
  if (path === '/v1/track') { const who = people[0] ?? { id: 1, name: '新人' }, e = ev(who, Date.now()); tell({ no: e.no, time: e.at, received: e.at, kind: body.event, person: who.id, source: '测试', verdict: 'stored', code: '', field: '', effects: [] }); return ok({ success: true }) }
  if (p === '/session' && m === 'POST') { if (body.password !== 'lianyi') return bad(r, 401, 'login_failed', '账号或密码不对'); r.setHeader('set-cookie', 'ly_session=1; Path=/'); return ok(me) }
  if (!/ly_session=1/.test(q.headers.cookie ?? '')) return bad(r, 401, 'unauthenticated', '请先登录或提供密钥')
  if (p === '/session' && m === 'DELETE') { r.setHeader('set-cookie', 'ly_session=; Path=/; Max-Age=0'); return ok(undefined, 204) }
  if (p === '/session') return ok(me)
  if (p === '/events/live') { r.writeHead(200, { 'content-type': 'text/event-stream' }); r.write('retry: 2000\n\n'); live.add(r); q.on('close', () => live.delete(r)); return }
  if (p === '/overview') return ok({ people: people.length, leads: empty ? 0 : 61204, orders: empty ? 0 : 6412, deliveries: empty ? 0 : 5208, owners: 41, tasks_open: tasks.length, tasks_late: tasks.filter(t => Date.parse(t.due) < Date.now()).length, events: no, clocks: empty ? [] : Object.entries(kinds).map(([clock, k], i) => ({ clock, name_zh: k[0], name_en: k[1], due: 400 - i * 90, on_time: 380 - i * 92, open: tasks.filter(t => t.clock === clock).length, late: tasks.filter(t => t.clock === clock && Date.parse(t.due) < Date.now()).length })) })
  if (p === '/funnel') return ok({ days: 28, from: iso(now - 28 * D), stages: STAGES.map((stage, i) => ({ stage, now: people.filter(x => x.stage === stage).length, entered: [482310, 61204, 23118, 9870, 6412, 5208, 1771][i], ...(i ? { of_previous: [0, 61204, 23118, 9870, 6412, 5208, 1771][i], previous: [482310, 61204, 23118, 9870, 6412, 5208, 1771][i - 1] } : {}), ...(i < 6 ? { stay_s: [18.4, 6.2, 4.8, 5.1, 27.6, 96][i] * 86400 } : {}) })) })
  if (p === '/people') return ok(page(people.filter(x => ['stage', 'band'].every(k => !u.searchParams.get(k) || x[k] === u.searchParams.get(k)) && (!u.searchParams.get('tag') || x.tags.includes(u.searchParams.get('tag'))) && (!u.searchParams.get('q') || x.phone.endsWith(u.searchParams.get('q')) || (u.searchParams.get('q') === 'u-live' && x.id === 118))), u.searchParams, 30))
  if (/^\/people\/\d+$/.test(p)) { const x = people.find(y => y.id === id); return x ? ok(personView(x)) : bad(r, 404, 'not_found', `找不到：用户 ${id}`) }
  if (/timeline$/.test(p)) return ok(page(Array.from({ length: 70 }, (_, i) => ev(people[0], now - i * 5 * H)), u.searchParams, 50))
  if (/reveal$/.test(p)) return body.reason.length < 4 ? bad(r, 422, 'field_too_short', '「reason」太短，至少 4', 'reason') : ok({ values: ['13800001234'] })
  if (/entries$/.test(p)) return ok({ items: [600, 20, -1880, 3000].map((amount, i) => ({ id: i + 1, at: iso(now - i * D), unit: 'points', amount, balance: 12640, reason: 'E19', reason_zh: ['好友完成试驾', '参与投票', '兑换露营灯', '提案被采纳'][i], reason_en: ['Friend’s test drive', 'Voted', 'Camping lamp', 'Proposal adopted'][i], other: 'marketing', key: 'k' + i, account: 1, made_by: 'rule' })) })
  if (/accounts$/.test(p)) return ok({ items: [{ unit: 'points', unit_zh: '积分', unit_en: 'Points', balance: 12640, available: 12640, pending: 500, expiring: 1200, expiring_at: iso(now + 38 * D), accounts: [1] }, { unit: 'growth', unit_zh: '成长值', unit_en: 'Growth', balance: 1820, available: 1820, pending: 0, expiring: 0, accounts: [2] }] })
  if (/^\/tasks\/\d+$/.test(p) && m === 'GET') { const t = tasks.find(x => x.id === id); return t ? ok(t) : bad(r, 404, 'not_found', '找不到') }
  if (p === '/tasks') { const w = u.searchParams, list = tasks.filter(t => (w.get('state') === 'all' || !t.closed) && (!w.get('person') || t.person === Number(w.get('person'))) && (w.get('assignee') !== 'me' || t.assignee === 1) && (w.get('assignee') !== 'none' || !t.assignee) && (w.get('late') !== 'true' || Date.parse(t.due) < Date.now())); return ok(page(list.sort((a, b) => a.due < b.due ? -1 : 1), w, 50)) }
  if (/outcome$/.test(p)) { const t = tasks.find(x => x.id === id); t.version++; t.outcome = body.outcome; t.note = body.note; t.attempts++; if (body.outcome !== 'not_reached') { t.state = 'done'; t.closed = iso(Date.now()) } return ok({ task: t, rings: [{ kind: 'stage', outcome: 'done', what: 'trial' }] }) }
  if (/^\/tasks\/\d+$/.test(p)) { const t = tasks.find(x => x.id === id); t.version++; t.assignee = body.assignee ?? undefined; t.assignee_name = staff.find(s => s.id === body.assignee)?.name; return ok(t) }
  if (p === '/rules') return ok({ items: rules })
  if (/^\/rules\/\d+$/.test(p)) { const x = rules.find(y => y.id === id); x.state = body.state; x.version++; return ok(x) }
  if (p === '/keys' && m === 'POST') { const about = { id: keys.length + 1, name: body.name, scope: body.scope, tail: 'z9Kd', source: 2, effects: body.effects ?? 'all', created: iso(Date.now()) }; keys.unshift(about); return ok({ key: 'lyk_0123456789abcdefghijklmnz9Kd', about }) }
  if (p === '/keys') return ok({ items: keys })
  if (/^\/keys\/\d+$/.test(p)) { keys.find(k => k.id === id).revoked = iso(Date.now()); return ok(undefined, 204) }
  if (p === '/staff' && m === 'POST') { if (staff.some(s => s.login === body.login)) return bad(r, 409, 'exists', '「login」已存在', 'login'); const s = { id: staff.length + 1, ...body, password: undefined, state: 'active', version: 1, created: iso(Date.now()) }; staff.push(s); return ok(s) }
  if (p === '/staff') return ok({ items: staff })
  if (/^\/staff\/\d+$/.test(p)) { const s = staff.find(x => x.id === id); Object.assign(s, body); s.version++; return ok(s) }
  bad(r, 404, 'route_unknown', '没有这个接口')
}).listen(port, '127.0.0.1', () => console.log(`http://127.0.0.1:${port}/console/`))
