// What a person must look like, counted naively from what their client sent: rules of the playbook written once more, by hand.
import assert from 'node:assert/strict'

export const SHARED = 10                  // people everybody writes about
export const steps = ['lead', 'trial', 'reserve', 'order', 'owner']
const kinds = { lead: 'lead.captured', trial: 'test_drive.completed', reserve: 'reserve.placed', order: 'order.placed', owner: 'delivery.completed' }

/** mulberry32: small, seeded, good enough to choose by. */
export class Random {
  constructor(seed) { this.s = seed >>> 0 }
  next() {
    this.s = (this.s + 0x6d2b79f5) >>> 0
    let t = this.s
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return (t ^ (t >>> 14)) >>> 0
  }
  below(n) { return this.next() % n }
  of(list) { return list[this.below(list.length)] }
  some(list, n) {
    const v = [...list]
    for (let i = 0; i < Math.min(n, v.length); i++) { const k = i + this.below(v.length - i); [v[i], v[k]] = [v[k], v[i]] }
    return v.slice(0, n)
  }
}

export class Person {
  constructor(client, no) {
    const serial = client.no * 1e6 + no
    this.user = `用户-${serial}`
    this.anonymous = no % 2 ? `anon-${serial}` : null
    this.phone = `138${String(serial).padStart(8, '0')}`
    this.vin = `LQY${String(serial).padStart(14, '0')}`
    this.events = new Map()               // message id → kind, and the number and effects its answer told
    this.stage = null
    this.points = this.growth = 0
    this.pending = { reserve: 0, order: 0 }
    this.k01 = null
  }

  static kindOf(step) { return kinds[step] }

  says(kind) {
    return kind === kinds.lead ? { phone: this.phone, consent_call: true, model: 'E7' } : kind === kinds.owner ? { vin: this.vin } : {}
  }

  /** answer: what the reply said of it; absent when only a repetition was answered. */
  happens(kind, n, answer) {
    this.events.set(n, { kind, no: answer?.event_no, effects: answer?.effects })
    this.stage = steps.find(s => kinds[s] === kind)
    this['on_' + this.stage]()
    const told = answer?.effects?.filter(e => e.kind === 'points' && e.outcome === 'done').at(-1)
    if (told) assert.equal(told.balance, this.points, `${this.user}: points in the reply to ${kind}`)
  }

  on_lead() { this.points += 100; this.growth += 50; this.k01 = { open: true, attempts: 0 } }
  on_trial() { this.points += 300; this.growth += 100; this.k01.open = false }
  on_reserve() { this.pending.reserve = 500 }
  on_order() { this.settle('reserve'); this.pending.order = 2000 }
  on_owner() { this.settle('reserve'); this.settle('order'); this.points += 5000; this.growth += 2000 }

  settle(what) {
    if (this.pending[what]) { this.points += this.pending[what]; this.growth += what === 'reserve' ? 100 : 500 }
    this.pending[what] = 0
  }

  called(said) {
    this.k01.attempts++
    if (said === 'reached') this.k01.open = false
  }

  // --- against what the server says ---------------------------------------------------------------------------------------
  compare(view, items, tasks) {
    const of = unit => view.balances.find(b => b.unit === unit) ?? { amount: 0, pending: 0 }
    const growthPending = (this.pending.reserve ? 100 : 0) + (this.pending.order ? 500 : 0)
    assert.deepEqual(
      { stage: view.stage, points: of('points').amount, pending: of('points').pending, growth: of('growth').amount, growthPending: of('growth').pending, vehicles: view.vehicles },
      { stage: this.stage, points: this.points, pending: this.pending.reserve + this.pending.order, growth: this.growth, growthPending, vehicles: this.stage === 'owner' ? 1 : 0 },
      this.user)
    assert.deepEqual(view.opportunities.map(o => [o.state, o.stage]), [[this.stage === 'owner' ? 'won' : 'open', this.stage]], this.user)
    const k01 = tasks.filter(t => t.clock === 'K01')
    assert.deepEqual(k01.map(t => [t.state, t.attempts]), [[this.k01.open ? 'open' : 'done', this.k01.attempts]], `K01 of ${this.user}`)
    this.compareTimeline(items)
  }

  compareTimeline(items) {
    const mine = items.filter(e => e.props.n !== undefined)
    const seen = mine.map(e => [e.props.n, e.kind]).sort(), sent = [...this.events].map(([n, e]) => [n, e.kind]).sort()
    assert.deepEqual(seen, sent, `the events of ${this.user}, each once`)
    // A reply tells of everything; on a timeline what an effect set in motion stands under that effect's own event.
    const under = e => [...e.rings, ...items.filter(x => x.cause === e.no).flatMap(under)]
    for (const e of mine) {
      const told = this.events.get(e.props.n)
      if (told.no === undefined) continue
      assert.equal(e.no, told.no, `the number of ${e.kind} of ${this.user}`)
      const brief = list => list.map(r => [r.kind, r.outcome, r.what, r.amount, r.ref]).sort().map(String)
      assert.deepEqual(brief(under(e)), brief(told.effects), `what ${e.kind} of ${this.user} set in motion`)
    }
    assert.equal(new Set(items.map(e => e.no)).size, items.length, 'no event twice on a timeline')
  }
}
