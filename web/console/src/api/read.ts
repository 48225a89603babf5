import { useCallback, useEffect, useRef, useState } from 'react'
import { Problem } from './http'

export type Read<T> = {
  data?: T
  ms?: number
  at?: number
  error?: Problem
  fetching: boolean
  slow: boolean                // nothing yet after 300 ms: time for a skeleton
  again: () => void
  set: (change: (old: T) => T) => void
}

export const asProblem = (e: unknown) => (e instanceof Problem ? e : new Problem(0, 'unreadable', String(e)))

/** Reads when `key` changes. Old data stays while new comes, and when a refresh fails. `every`: also so often, while the page is seen. */
export function useRead<T>(key: string | null, load: (signal: AbortSignal) => Promise<T>, every?: number): Read<T> {
  const [state, setState] = useState<{ key: string | null; data?: T; ms?: number; at?: number; error?: Problem; fetching: boolean }>({ key: null, fetching: false })
  const [slow, setSlow] = useState(false)
  const [turn, setTurn] = useState(0)
  const loader = useRef(load)
  loader.current = load

  useEffect(() => {
    if (key === null) return
    const stop = new AbortController()
    setState(s => ({ ...s, fetching: true }))
    const timer = setTimeout(() => setSlow(true), 300)
    const began = performance.now()
    loader.current(stop.signal).then(
      data => { if (!stop.signal.aborted) setState({ key, data, ms: Math.round(performance.now() - began), at: Date.now(), fetching: false }) },
      e => { if (!stop.signal.aborted) setState(s => ({ ...s, key, error: asProblem(e), fetching: false })) },
    ).finally(() => { clearTimeout(timer); if (!stop.signal.aborted) setSlow(false) })
    return () => { stop.abort(); clearTimeout(timer) }
  }, [key, turn])

  useEffect(() => {
    if (!every || key === null) return
    const t = setInterval(() => { if (!document.hidden) setTurn(n => n + 1) }, every)
    return () => clearInterval(t)
  }, [every, key])

  const again = useCallback(() => setTurn(n => n + 1), [])
  const set = useCallback((change: (old: T) => T) => setState(s => (s.data === undefined ? s : { ...s, data: change(s.data) })), [])
  return { data: state.data, ms: state.ms, at: state.at, error: state.error, fetching: state.fetching, slow, again, set }
}

export type Page<R> = { items: R[]; total?: number; more_than_total?: boolean; next?: string }
export type Pages<R> = Read<Page<R>> & { more: () => void; moreBusy: boolean; moreError?: Problem }

/** Keyset pages that grow: the first page by `key`, each further one by `next`. */
export function usePages<R, P extends Page<R> = Page<R>>(key: string | null, load: (cursor: string | undefined, signal: AbortSignal) => Promise<P>): Pages<R> {
  const first = useRead<P>(key, s => load(undefined, s))
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<Problem>()
  const next = first.data?.next
  const loader = useRef(load)
  loader.current = load
  const { set } = first
  const more = useCallback(() => {
    if (!next || busy) return
    setBusy(true); setError(undefined)
    loader.current(next, new AbortController().signal).then(
      a => set(old => (old.next === next ? { ...old, items: [...old.items, ...a.items], next: a.next } : old)),
      e => setError(asProblem(e)),
    ).finally(() => setBusy(false))
  }, [next, busy, set])
  return { ...(first as unknown as Read<Page<R>>), more, moreBusy: busy, moreError: error }
}
