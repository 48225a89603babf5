/* Whose: a person picked by name, phone, id; or a phone nobody is known by yet, when the form may make somebody of it. */
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { UserRoundPlus, X } from 'lucide-react'
import { useFound } from '../api/find'
import { useNames } from '../api/names'
import { Avatar, Stage, usePersonName } from './index'
import './who.css'

export type Who = { id?: number; phone?: string }
type Props = { id: string; value: Who; put: (w: Who) => void; bad?: boolean; mayMake?: boolean }

const digits = (text: string) => text.replace(/[\s-]/g, '')
const isPhone = (text: string) => /^(\+?\d{7,15})$/.test(digits(text))

export function WhoField({ id, value, put, bad, mayMake }: Props) {
  const names = useNames(value.id ? [value.id] : []), nameOf = usePersonName()
  const { t } = useTranslation('common')
  if (!value.id && !value.phone) return <Search id={id} put={put} bad={bad} mayMake={mayMake} />
  const known = value.id ? names.get(value.id) ?? {} : {}
  const name = value.id ? nameOf({ id: value.id, ...known }) : value.phone
  return (
    <div className="who-is" aria-invalid={bad || undefined}>
      {value.id ? <Avatar name={(known as { name?: string }).name} size={24} /> : <UserRoundPlus size={18} strokeWidth={1.6} className="i3" aria-hidden />}
      <span className="sp el"><b className="m">{name}</b> <span className="i3 num t12">{value.id ? `#${value.id}` : t('who.by_phone')}</span></span>
      <button type="button" id={id} className="ib xs" aria-label={t('who.other', { name })} onClick={() => { put({}); setTimeout(() => document.getElementById(id)?.focus()) }}><X size={14} strokeWidth={1.8} aria-hidden /></button>
    </div>
  )
}

type Choice = { key: string; who: Who; icon: React.ReactNode; name: string; more: React.ReactNode }
function Search({ id, put, bad, mayMake }: Omit<Props, 'value'>) {
  const { t } = useTranslation('common')
  const list = useId(), nameOf = usePersonName()
  const [text, setText] = useState(''), [at, setAt] = useState(0), [open, setOpen] = useState(false)
  const found = useFound(text, 6)
  const rows: Choice[] = found.people.map(p => ({ key: String(p.id), who: { id: p.id }, icon: <Avatar name={p.name} size={24} />, name: nameOf(p), more: <><span className="i3 num t12">{p.name ? p.phone ?? `#${p.id}` : `#${p.id}`}</span><Stage stage={p.stage} /></> }))
  const settled = found.asked === text.trim() && !found.read.fetching
  if (mayMake && isPhone(text) && settled && found.asked) rows.push({ key: 'new', who: { phone: digits(text) }, icon: <UserRoundPlus size={18} strokeWidth={1.6} className="i3" aria-hidden />, name: t('who.make', { phone: digits(text) }), more: null })
  const here = Math.min(at, rows.length - 1), shown = open && text.trim() !== ''
  const choose = (c: Choice) => { put(c.who); setText('') }
  return (
    <div className="who" onBlur={e => { if (!e.currentTarget.contains(e.relatedTarget as Node)) setOpen(false) }}>
      <input id={id} className="in" value={text} autoComplete="off" maxLength={60} role="combobox" aria-expanded={shown} aria-controls={list} aria-autocomplete="list" aria-invalid={bad || undefined}
        aria-activedescendant={shown && rows[here] ? `${list}-${here}` : undefined} placeholder={t('who.hint')}
        onFocus={() => setOpen(true)} onChange={e => { setText(e.target.value); setAt(0); setOpen(true) }}
        onKeyDown={e => {
          if (e.key === 'ArrowDown') { e.preventDefault(); setOpen(true); setAt(Math.min(here + 1, rows.length - 1)) }
          else if (e.key === 'ArrowUp') { e.preventDefault(); setAt(Math.max(0, here - 1)) }
          else if (e.key === 'Escape' && shown) { e.stopPropagation(); setOpen(false) }
          else if (e.key === 'Enter' && text.trim()) { e.preventDefault(); if (shown && rows[here]) choose(rows[here]) }
        }} />
      {shown && (
        <div className="pop menu who-l">
          <ul id={list} role="listbox" aria-label={t('jump.title')}>
            {rows.map((c, i) => <li key={c.key} id={`${list}-${i}`} role="option" aria-selected={i === here} className={i === here ? 'on' : ''} onMouseEnter={() => setAt(i)} onPointerDown={e => { e.preventDefault(); choose(c) }}><span className="ic">{c.icon}</span><b className="m el sp">{c.name}</b>{c.more}</li>)}
          </ul>
          <p className="t12 i3" role="status">{found.read.error && found.asked ? found.read.error.message : !found.asked ? t('jump.hint') : !settled ? t('who.looking') : found.people.length === 0 ? t('jump.nobody') : ''}</p>
        </div>
      )}
    </div>
  )
}
