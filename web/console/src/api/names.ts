/* Names for rows that carry only ids: whatever a page shows is asked for at once, together. */
import { useEffect, useState } from 'react'
import { ly } from './http'

export type Named = { name?: string; phone?: string }
const GATHER_MS = 60                                  // what one page asks for within this time goes into one request
const AT_ONCE = 100
const KEEP = 1000
const known = new Map<number, Named | null>()        // null: asked for, or not to be had
const waiting = new Set<number>()
const listeners = new Set<() => void>()
let timer: ReturnType<typeof setTimeout> | undefined

function ask() {
  const ids = [...waiting].slice(-AT_ONCE)            // the newest first: it is what the eye is on
  ids.forEach(id => waiting.delete(id))
  timer = waiting.size ? setTimeout(ask, GATHER_MS) : undefined
  ly.people.get_people_names({ ids }).then(d => {
    d.items.forEach(p => known.set(p.id, { name: p.name, phone: p.phone }))
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
    if (waiting.size && !timer) timer = setTimeout(ask, GATHER_MS)
  }, [key])
  return known
}
