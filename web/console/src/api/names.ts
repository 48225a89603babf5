/* Names for the live stream, which carries only ids: asked once per person, a few a second, so that a busy stream stays cheap. */
import { useEffect, useState } from 'react'
import { ly } from './http'

export type Named = { name?: string; phone?: string }
const EVERY_MS = 250
const KEEP = 1000
const known = new Map<number, Named | null>()        // null: asked for, or not to be had
const waiting = new Set<number>()
const listeners = new Set<() => void>()
let timer: ReturnType<typeof setInterval> | undefined

function ask() {
  const id = [...waiting].pop()                       // the newest first: it is what the eye is on
  if (id === undefined) { clearInterval(timer); timer = undefined; return }
  waiting.delete(id)
  ly.people.get_people_by_id(id).then(p => {
    known.set(id, { name: p.name, phone: p.contacts.find(c => c.kind === 'phone')?.masked })
    listeners.forEach(f => f())
  }, () => undefined)
}

/** What is known of them by now; the rest follows. */
export function useNames(ids: number[]): Map<number, Named | null> {
  const [, turn] = useState(0)
  useEffect(() => {
    const f = () => turn(n => n + 1)
    listeners.add(f)
    return () => { listeners.delete(f) }
  }, [])
  const key = ids.join()
  useEffect(() => {
    for (const id of ids) {
      if (!id || known.has(id)) continue
      if (known.size > KEEP) known.delete(known.keys().next().value as number)
      known.set(id, null)
      waiting.add(id)
    }
    if (waiting.size && !timer) timer = setInterval(ask, EVERY_MS)
  }, [key])
  return known
}
