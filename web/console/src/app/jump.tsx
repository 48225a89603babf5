/* ⌘K: people by what they are known by; pages by name. */
import { useEffect, useRef, useState } from 'react'
import { useNavigate } from 'react-router'
import { useTranslation } from 'react-i18next'
import { CornerDownLeft, Search } from 'lucide-react'
import { useFound } from '../api/find'
import { Avatar, Stage, usePersonName } from '../ui'
import { NAV } from './shell'
import { useSession } from './session'
import './jump.css'

const PAGES = [...NAV.flatMap(g => g.items), { to: '/settings', name: 'settings', perm: 'self' }, { to: '/settings/keys', name: 'keys', perm: 'admin' }, { to: '/settings/rules', name: 'rules', perm: 'rule.read' }, { to: '/settings/staff', name: 'staff', perm: 'task.read' }]

export default function Jump({ close }: { close: () => void }) {
  const { t } = useTranslation('common')
  const nav = useNavigate(), nameOf = usePersonName()
  const { may } = useSession()
  const box = useRef<HTMLDialogElement>(null)
  const [text, setText] = useState(''), [at, setAt] = useState(0)
  useEffect(() => { const d = box.current; d?.showModal(); return () => d?.close() }, [])
  const { asked, people, read: found } = useFound(text, 6, may('people.read'))
  const pages = PAGES.filter(p => (p.perm === 'self' || may(p.perm)) && t(`nav.${p.name}`).toLowerCase().includes(text.trim().toLowerCase()))
  const rows = [
    ...people.map(p => ({ key: `p${p.id}`, to: `/people/${p.id}`, icon: <Avatar name={p.name} size={24} />, name: nameOf(p), more: <Stage stage={p.stage} /> })),
    ...pages.map(p => ({ key: p.to, to: p.to, icon: null, name: t(`nav.${p.name}`), more: null })),
  ]
  const go = (to: string) => { void nav(to); close() }
  const here = Math.min(at, rows.length - 1)
  return (
    <dialog ref={box} className="jp" aria-label={t('jump.title')} onClose={close} onClick={e => { if (e.target === box.current) close() }}>
      <label className="jp-i"><Search size={18} strokeWidth={1.6} aria-hidden />
        <input value={text} autoFocus aria-label={t('jump.title')} role="combobox" aria-expanded aria-controls="jp-l" aria-activedescendant={rows[here] ? `jp-${here}` : undefined} placeholder={t('jump.placeholder')} maxLength={60}
          onChange={e => { setText(e.target.value); setAt(0) }}
          onKeyDown={e => { if (e.key === 'ArrowDown') { e.preventDefault(); setAt(Math.min(here + 1, rows.length - 1)) } else if (e.key === 'ArrowUp') { e.preventDefault(); setAt(Math.max(0, here - 1)) } else if (e.key === 'Enter' && rows[here]) go(rows[here].to) }} />
        {found.ms != null && asked && <span className="num t12 i3">{found.ms} ms</span>}
      </label>
      <ul id="jp-l" role="listbox" aria-label={t('jump.title')}>
        {rows.map((r, i) => <li key={r.key} id={`jp-${i}`} role="option" aria-selected={i === here} className={i === here ? 'on' : ''} onMouseEnter={() => setAt(i)} onClick={() => go(r.to)}>{r.icon && <span className="ic">{r.icon}</span>}<b className="el">{r.name}</b><span className="sp" /><span className="mt">{r.more}</span>{i === here && <CornerDownLeft size={14} strokeWidth={1.7} className="i3" aria-hidden />}</li>)}
      </ul>
      <p className="jp-f" role="status">{asked && found.data && people.length === 0 ? t('jump.nobody') : text.trim() && !asked ? t('jump.hint') : <><span className="kbd">↑</span> <span className="kbd">↓</span> {t('jump.move')}　<span className="kbd">↵</span> {t('jump.open')}</>}</p>
    </dialog>
  )
}
