/* The live stream, shared by whoever looks. What arrives is gathered and told at most twice a second (UI §10). */
import { useEffect, useState } from 'react'
import type { LiveEvent, Ring } from './types'

const KEEP = 500
const TELL_MS = 500

export type Live = { events: LiveEvent[]; connected: boolean; seen: number; perMinute: number; rings: number }

type Raw = Omit<LiveEvent, 'effects'> & { effects?: (Ring & { effect?: string })[] }
function read(data: string): LiveEvent {
  const e = JSON.parse(data) as Raw
  return { ...e, effects: (e.effects ?? []).map(r => ({ ...r, kind: r.kind ?? r.effect ?? '' })) }
}

class Stream {
  private source?: EventSource
  private listeners = new Set<(l: Live) => void>()
  private waiting: LiveEvent[] = []
  private arrivals: { at: number; rings: number }[] = []
  private timer?: ReturnType<typeof setInterval>
  private state: Live = { events: [], connected: false, seen: 0, perMinute: 0, rings: 0 }
  constructor(private query: string) {}

  listen(f: (l: Live) => void) {
    this.listeners.add(f)
    if (this.listeners.size === 1) this.open()
    f(this.state)
    return () => { this.listeners.delete(f); if (!this.listeners.size) this.close() }
  }
  private open() {
    const s = this.source = new EventSource(`/api/v1/events/live${this.query}`, { withCredentials: true })
    const take = (m: MessageEvent<string>) => {
      try { this.waiting.push(read(m.data)) } catch { /* not ours */ }
      if (this.waiting.length > KEEP) this.waiting.splice(0, this.waiting.length - KEEP)
    }
    s.onopen = () => this.change({ connected: true })
    s.onerror = () => this.change({ connected: false })
    s.onmessage = take
    s.addEventListener('event', take as EventListener)
    this.timer = setInterval(() => this.tell(), TELL_MS)
  }
  private close() {
    this.source?.close()
    clearInterval(this.timer)
    this.state = { ...this.state, connected: false }
  }
  private tell() {
    const now = Date.now()
    const fresh = this.waiting.splice(0).reverse()
    for (const e of fresh) this.arrivals.push({ at: now, rings: e.effects?.length ?? 0 })
    const before = this.arrivals.length
    this.arrivals = this.arrivals.filter(a => a.at > now - 60_000)
    if (!fresh.length && before === this.arrivals.length) return
    this.change({
      events: fresh.length ? [...fresh, ...this.state.events].slice(0, KEEP) : this.state.events,
      seen: this.state.seen + fresh.length,
      perMinute: this.arrivals.length,
      rings: this.arrivals.reduce((n, a) => n + a.rings, 0),
    })
  }
  private change(part: Partial<Live>) {
    this.state = { ...this.state, ...part }
    this.listeners.forEach(f => f(this.state))
  }
}
/** One connection per filter; the server filters, so that a busy brand costs a reader nothing. */
const streams = new Map<string, Stream>()
function streamOf(query: string): Stream {
  const known = streams.get(query)
  if (known) return known
  if (streams.size > 20) streams.clear()
  const s = new Stream(query)
  streams.set(query, s)
  return s
}

export type LiveFilter = { person?: string; source?: string; kind?: string; verdict?: string }
export function useLive(paused = false, filter: LiveFilter = {}): Live {
  const [live, set] = useState<Live>({ events: [], connected: false, seen: 0, perMinute: 0, rings: 0 })
  const pairs = new URLSearchParams(Object.entries(filter).filter(([, v]) => v) as [string, string][]).toString()
  const query = pairs ? `?${pairs}` : ''
  useEffect(() => (paused ? undefined : streamOf(query).listen(set)), [paused, query])
  return live
}
