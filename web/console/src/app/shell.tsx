import { Fragment, Suspense, lazy, useEffect, useState, type ReactNode } from 'react'
import { Link, NavLink, Outlet, useLocation } from 'react-router'
import { useTranslation } from 'react-i18next'
import { Car, CalendarCheck, ChartColumn, Filter, Languages, LayoutDashboard, LayoutGrid, ListChecks, LogOut, Moon, Radio, Search, Settings2, Store, Sun, Users, type LucideIcon } from 'lucide-react'
import { ly } from '../api/http'
import { useRead } from '../api/read'
import { Avatar, IconButton, Mark, useNarrow } from '../ui'
import { Toasts } from '../ui/toast'
import { useFormat } from '../text/format'
import { usePrefs } from './prefs'
import { useSession } from './session'
import { warmUp } from './routes'
import './shell.css'

const Jump = lazy(() => import('./jump'))

type Item = { to: string; name: string; icon: LucideIcon; perm: string }
export const NAV: { group: string; items: Item[] }[] = [
  { group: 'today', items: [
    { to: '/overview', name: 'overview', icon: LayoutDashboard, perm: 'people.read' },
    { to: '/tasks', name: 'tasks', icon: ListChecks, perm: 'task.read' },
    { to: '/live', name: 'live', icon: Radio, perm: 'timeline.read' },
  ] },
  { group: 'people', items: [
    { to: '/people', name: 'people', icon: Users, perm: 'people.read' },
    { to: '/segments', name: 'segments', icon: Filter, perm: 'people.read' },
    { to: '/insight', name: 'insight', icon: ChartColumn, perm: 'timeline.read' },
  ] },
  { group: 'places', items: [
    { to: '/service', name: 'service', icon: CalendarCheck, perm: 'sales.read' },
    { to: '/channels', name: 'channels', icon: Store, perm: 'record.read' },
    { to: '/vehicles', name: 'vehicles', icon: Car, perm: 'sales.read' },
  ] },
]

/** What a phone's bar has room for. */
const PHONE = ['overview', 'people', 'tasks', 'insight']

/** Late promises, for the red counter: asked once a minute, whatever page is open. */
function useLate(): number {
  const { may } = useSession()
  const read = useRead(may('people.read') ? 'late' : null, signal => ly.task.get_overview({ signal }), 60_000)
  return read.data?.tasks_late ?? 0
}

export default function Shell() {
  const { t } = useTranslation('common')
  const { may } = useSession()
  const narrow = useNarrow(), late = useLate()
  const [jump, setJump] = useState(false)
  useEffect(() => {
    const h = (e: KeyboardEvent) => { if ((e.metaKey || e.ctrlKey) && e.key === 'k') { e.preventDefault(); setJump(x => !x) } }
    addEventListener('keydown', h)
    return () => removeEventListener('keydown', h)
  }, [])
  const page = <Suspense fallback={<div className="pg" />}><Outlet context={() => setJump(true)} /></Suspense>
  const items = NAV.map(g => ({ ...g, items: g.items.filter(i => may(i.perm)) })).filter(g => g.items.length)
  const box = jump && <Suspense fallback={null}><Jump close={() => setJump(false)} /></Suspense>
  // One tree for both widths: a page keeps its state when the window crosses from one to the other.
  return (
    <div className={narrow ? 'ph' : 'sh'}>
      <a className="skip" href="#main">{t('nav.skip')}</a>
      {!narrow && <Side groups={items} late={late} find={() => setJump(true)} />}
      <main className={narrow ? undefined : 'mn'} id="main" tabIndex={-1}>{page}</main>
      {narrow && <Tabs items={items.flatMap(g => g.items)} late={late} />}
      {box}
      <Toasts />
    </div>
  )
}

function Side({ groups, late, find }: { groups: typeof NAV; late: number; find: () => void }) {
  const { t } = useTranslation('common')
  const { me, logout } = useSession()
  return (
    <aside className="sd" aria-label={t('nav.side')}>
      <Link to="/overview" className="brand"><Mark size={24} /><span className="col"><b>{t('product')}</b><small>{t('product_line')}</small></span></Link>
      <button type="button" className="find" onClick={find}><Search size={15} strokeWidth={1.6} aria-hidden /><span>{t('nav.find')}</span><span className="kbd">⌘K</span></button>
      <nav aria-label={t('nav.main')}>
        {groups.map(g => (
          <Fragment key={g.group}>
            <p className="g">{t(`nav.group.${g.group}`)}</p>
            {g.items.map(i => <SideLink key={i.to} item={i} late={i.name === 'tasks' ? late : 0} />)}
          </Fragment>
        ))}
      </nav>
      <div className="sd-b">
        <NavLink to="/settings" className={({ isActive }) => (isActive ? 'on' : '')} onMouseEnter={() => warmUp('/settings')}><Settings2 size={16} strokeWidth={1.6} aria-hidden /><span className="el">{t('nav.settings')}</span></NavLink>
        <div className="me"><Avatar name={me?.name} size={26} /><span className="col sp"><b className="el">{me?.name}</b><small className="el">{me?.login}</small></span><Tools />
          <IconButton label={t('nav.logout')} onClick={() => void logout()} className="tip-l"><LogOut size={16} strokeWidth={1.6} /></IconButton></div>
      </div>
    </aside>
  )
}

function SideLink({ item, late }: { item: Item; late: number }) {
  const { t } = useTranslation('common')
  const Icon = item.icon
  return (
    <NavLink to={item.to} className={({ isActive }) => (isActive ? 'on' : '')} onMouseEnter={() => warmUp(item.to)}>
      <Icon size={16} strokeWidth={1.6} aria-hidden /><span className="el">{t(`nav.${item.name}`)}</span>
      {late > 0 && <em className="late"><span aria-hidden>{late}</span><span className="sr">{t('nav.late', { n: late })}</span></em>}
    </NavLink>
  )
}

function Tabs({ items, late }: { items: Item[]; late: number }) {
  const { t } = useTranslation('common')
  const at = useLocation().pathname
  // Five at most, so that each stays a thumb wide; everything else is one touch away under the last.
  const tabs: Item[] = [...PHONE.flatMap(name => items.filter(i => i.name === name)), { to: '/all', name: 'all', icon: LayoutGrid, perm: 'self' }]
  return (
    <nav className="ph-tabs" aria-label={t('nav.main')} style={{ gridTemplateColumns: `repeat(${tabs.length},1fr)` }}>
      {tabs.map(x => {
        const Icon = x.icon
        return (
          <NavLink key={x.to} to={x.to} className={at.startsWith(x.to) || (x.name === 'all' && !tabs.some(y => at.startsWith(y.to))) ? 'on' : ''}>
            <span className="i"><Icon size={20} strokeWidth={1.6} aria-hidden />{x.name === 'tasks' && late > 0 && <b><span aria-hidden>{late}</span><span className="sr">{t('nav.late', { n: late })}</span></b>}</span>
            {t(`nav.short.${x.name}`)}
          </NavLink>
        )
      })}
    </nav>
  )
}

export function Tools() {
  const { t } = useTranslation('common')
  const { mode, lang, setMode, setLang } = usePrefs()
  const dark = mode === 'dark'
  return (
    <>
      <IconButton label={t(dark ? 'nav.to_light' : 'nav.to_dark')} onClick={() => setMode(dark ? 'light' : 'dark')}>{dark ? <Sun size={16} strokeWidth={1.6} /> : <Moon size={16} strokeWidth={1.6} />}</IconButton>
      <IconButton label={t('nav.language')} onClick={() => setLang(lang === 'zh' ? 'en' : 'zh')} className="tip-l"><Languages size={16} strokeWidth={1.6} /></IconButton>
    </>
  )
}

type PageProps = { h1?: boolean; group?: string; back?: string; title: string; sub?: ReactNode; scope?: ReactNode; actions?: ReactNode; children: ReactNode }
/** The sheet: sticky top bar with path, freshness, scope and actions; then the content. */
export function Page({ h1, group, back, title, sub, scope, actions, children }: PageProps) {
  const { t } = useTranslation('common')
  const narrow = useNarrow()
  useEffect(() => { document.title = `${title} · ${t('product')}` }, [title, t])
  return (
    <div className={`pg${narrow && actions ? ' has-act' : ''}`}>
      <header className="tp">
        {narrow && <Mark size={20} />}
        <div className="cr">
          {group && back && <><Link to={back} className="i3">{group}</Link><span className="i3 sl" aria-hidden>/</span></>}
          {h1 ? <h1 className="m el">{title}</h1> : <span className="m el">{title}</span>}{!narrow && sub}
        </div>
        <div className="sp" />
        {!narrow && scope}
        {narrow && <Tools />}
        {!narrow && actions}
      </header>
      {narrow && scope && <div className="tp2">{scope}</div>}
      <div className="ct">{children}</div>
      {narrow && actions && <div className="ph-act">{actions}</div>}
    </div>
  )
}

export function Fresh({ at, ms }: { at?: number; ms?: number }) {
  const { t } = useTranslation('common')
  const f = useFormat()
  return at ? <span className="fresh num"><span className="dot" />{t('fresh', { clock: f.clockS(at) })}{ms != null && <> · {ms} ms</>}</span> : null
}
