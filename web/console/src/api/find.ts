/* Finding a person by what they are known by. Looking for somebody is audited, so half a number is not asked for. */
import { useEffect, useState } from 'react'
import { ly } from './http'
import { useRead, type Read } from './read'
import type { PeoplePage, PersonRow } from './types'

const OWN_ID = /^#(\d{1,9})$/                         // # and a number: the person's own

/** Milliseconds to wait before people are looked for; 0: this is not yet enough of anything. */
export function patience(text: string): number {
  if (/^[\d\s+-]+$/.test(text)) { const n = text.replace(/\D/g, '').length; return n === 4 ? 900 : n >= 7 ? 300 : 0 }
  return /[\u3400-\u9fff]{2}/.test(text) || text.length >= 4 ? 400 : 0
}

async function find(text: string, limit: number, signal: AbortSignal): Promise<PeoplePage> {
  const own = OWN_ID.exec(text)
  if (!own) return ly.people.get_people({ q: text, limit }, { signal })
  const { items } = await ly.people.get_people_names({ ids: [Number(own[1])] }, { signal })
  const rows = await Promise.all(items.map(x => ly.people.get_people_by_id(x.person, { signal })))
  return { items: rows.map(p => ({ ...p, phone: items[0].phone, tags: [], tiers: [] }) as PersonRow), total: rows.length, more_than_total: false }
}

export type Found = { asked: string; people: PersonRow[]; read: Read<PeoplePage> }
export function useFound(text: string, limit: number, on = true): Found {
  const [asked, setAsked] = useState('')
  const wanted = text.trim()
  useEffect(() => {
    const wait = OWN_ID.test(wanted) ? 300 : patience(wanted)
    const timer = setTimeout(() => setAsked(wait ? wanted : ''), wait)
    return () => clearTimeout(timer)
  }, [wanted])
  const read = useRead(asked && on ? `find ${asked} ${limit}` : null, signal => find(asked, limit, signal))
  return { asked, people: asked ? read.data?.items ?? [] : [], read }
}
