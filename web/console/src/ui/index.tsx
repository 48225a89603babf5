/* Primitives of UI §6. Plain SVG and CSS: nothing here needs antd. */
import { useEffect, useId, useRef, useState, type ReactNode } from 'react'
import { Link } from 'react-router'
import { useTranslation } from 'react-i18next'
import { ArrowDownRight, ArrowUpRight, Check, Minus } from 'lucide-react'
import { STAGES, type Stage as StageName } from '../api/types'
import { useFormat } from '../text/format'

/** The mark: one ring in two parts, 79 by the brand, 21 by its users. */
export function Mark({ size = 22 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" fill="none" strokeLinecap="round" aria-hidden>
      <g strokeWidth="2.3" transform="rotate(-90 12 12)">
        <circle cx="12" cy="12" r="9.6" stroke="var(--lamp)" pathLength="100" strokeDasharray="14.2 85.8" strokeDashoffset="-3.4" />
        <circle cx="12" cy="12" r="9.6" stroke="var(--water)" pathLength="100" strokeDasharray="72.2 27.8" strokeDashoffset="-24.4" />
      </g>
      <circle cx="12" cy="12" r="4.4" stroke="var(--water)" strokeWidth="2.1" />
    </svg>
  )
}

type SecProps = { title: ReactNode; note?: ReactNode; act?: ReactNode; children?: ReactNode; className?: string }
export function Sec({ title, note, act, children, className = '' }: SecProps) {
  const h = useId()
  return (
    <section className={`sec ${className}`} aria-labelledby={h}>
      <div className="sec-h"><h2 id={h}>{title}</h2>{note && <span className="note">{note}</span>}{act && <span className="act">{act}</span>}</div>
      {children}
    </section>
  )
}

/** A number opens the people or records behind it; without `to` it only knows its exact value. */
export function N({ v, exact, quiet, to, children }: { v?: number; exact?: boolean; quiet?: boolean; to?: string; children?: ReactNode }) {
  const f = useFormat()
  const text = children ?? (v == null ? '–' : exact ? f.full(v) : f.short(v))
  const title = v != null ? f.full(v) : undefined
  return to ? <Link to={to} className={`n${quiet ? ' quiet' : ''}`} title={title}>{text}</Link> : <span className="num" title={title}>{text}</span>
}

export function Delta({ v, unit = '', good = 'up' }: { v: number; unit?: string; good?: 'up' | 'down' | 'none' }) {
  const flat = Math.abs(v) < 0.05
  const tone = good === 'none' || flat ? '' : (v > 0) === (good === 'up') ? 'up' : 'down'
  const Icon = flat ? Minus : v > 0 ? ArrowUpRight : ArrowDownRight
  return <span className={`dl ${tone}`}><Icon size={12} strokeWidth={2} aria-hidden />{flat ? '0' : Math.abs(v).toFixed(1)}{unit}</span>
}

/* ---- time owed ---- */
export type ClockState = 'ok' | 'soon' | 'late' | 'met'
/** left, limit in ms. Warn when a quarter is left. */
export const clockState = (left: number, limit: number): ClockState => (left < 0 ? 'late' : left <= limit * 0.25 ? 'soon' : 'ok')

/** One timer for all clocks of a page: tells the time every 15 seconds. */
export function useNow(every = 15_000): number {
  const [now, set] = useState(() => Date.now())
  useEffect(() => { const t = setInterval(() => set(Date.now()), every); return () => clearInterval(t) }, [every])
  return now
}

type ClockProps = { opened: string; due: string; closed?: string; now: number; bare?: boolean }
export function Clock({ opened, due, closed, now, bare }: ClockProps) {
  const { t } = useTranslation('common')
  const f = useFormat()
  const d = Date.parse(due), o = Date.parse(opened), limit = Math.max(1, d - o)
  const end = closed ? Date.parse(closed) : now
  const left = d - end
  const state: ClockState = closed && left >= 0 ? 'met' : clockState(left, limit)
  const word = state === 'met' ? t('clock.met', { span: f.span(end - o) })
    : state === 'late' ? t(closed ? 'clock.done_late' : 'clock.late', { span: f.span(left) }) : t('clock.left', { span: f.span(left) })
  const share = Math.max(0, Math.min(1, left / limit))
  return (
    <span className={`ck ${state}${bare ? ' bare' : ''}`}>
      {state === 'met' ? <Check size={14} strokeWidth={2} aria-hidden />
        : <ClockGlyph share={share} full={state === 'late'} color={`var(--${state === 'late' ? 'bad-fill' : state === 'soon' ? 'warn-fill' : 'water'})`} />}
      {word}
    </span>
  )
}
export function ClockGlyph({ share, color, full, size = 14 }: { share: number; color: string; full?: boolean; size?: number }) {
  const r = 5.2, c = 2 * Math.PI * r
  return (
    <svg width={size} height={size} viewBox="0 0 14 14" aria-hidden>
      <circle cx="7" cy="7" r={r} fill={full ? color : 'none'} stroke="var(--line-strong)" strokeWidth={full ? 0 : 2} opacity={full ? 1 : .55} />
      {!full && <circle cx="7" cy="7" r={r} fill="none" stroke={color} strokeWidth="2" strokeDasharray={`${c * share} ${c}`} transform="rotate(-90 7 7)" strokeLinecap="round" />}
      {full && <path d="M7 4.2v3.3M7 9.6v.2" stroke="var(--on-fill)" strokeWidth="1.6" strokeLinecap="round" />}
    </svg>
  )
}

/* ---- stages ---- */
export const stageIndex = (s: StageName) => STAGES.indexOf(s as (typeof STAGES)[number])       // -1: visitor
export const stageVar = (i: number) => `var(--s${i + 1})`
export function Stage({ stage, text = true }: { stage: StageName; text?: boolean }) {
  const { t } = useTranslation('common')
  const at = stageIndex(stage)
  return (
    <span className="stg">
      <span className="st" aria-hidden style={{ ['--c' as string]: stageVar(Math.max(0, at)) }}>{STAGES.map((s, k) => <i key={s} className={k <= at ? 'on' : ''} />)}</span>
      {text ? <span>{t(`stage.${stage}`)}</span> : <span className="sr">{t(`stage.${stage}`)}</span>}
    </span>
  )
}

/* ---- people ---- */
const hue = (s: string) => [...s].reduce((a, c) => a + c.charCodeAt(0), 0) % 5
export function Avatar({ name, size = 28 }: { name?: string; size?: number }) {
  const shown = name || '·'
  const letters = /[\u3400-\u9fff]/.test(shown) ? shown.slice(0, 1) : shown.split(/\s+/).map(x => x[0]).slice(0, 2).join('').toUpperCase()
  return <span className="av" data-h={name ? hue(name) : 4} style={{ width: size, height: size, fontSize: Math.round(size * .42) }} aria-hidden>{letters}</span>
}
/** A person has a name, or is known by what was left: a masked phone, or only a number. */
export function usePersonName() {
  const { t } = useTranslation('common')
  return (p: { id: number; name?: string; phone?: string }) => p.name || p.phone || t('person.nameless', { id: p.id })
}

/* ---- states ---- */
export function Empty({ title, text, children, art = true }: { title: string; text?: ReactNode; children?: ReactNode; art?: boolean }) {
  return <div className="empty">{art && <StillWater />}<h2>{title}</h2>{text && <p>{text}</p>}{children && <div className="go">{children}</div>}</div>
}
/** Empty is still water: three rings, no drop yet. */
export function StillWater() {
  return (
    <svg width="120" height="48" viewBox="0 0 120 48" fill="none" stroke="var(--water-line)" aria-hidden className="still">
      <ellipse cx="60" cy="26" rx="12" ry="3.6" strokeWidth="1.4" /><ellipse cx="60" cy="26" rx="30" ry="9" strokeWidth="1.1" opacity=".7" />
      <ellipse cx="60" cy="26" rx="54" ry="17" strokeWidth=".9" opacity=".4" />
    </svg>
  )
}

/* ---- a quiet button with an icon: label for ears, tip for eyes ---- */
type IconButtonProps = { label: string; onClick?: () => void; children: ReactNode; pressed?: boolean; className?: string; disabled?: boolean }
export function IconButton({ label, onClick, children, pressed, className = '', disabled }: IconButtonProps) {
  return <button type="button" className={`ib ${className}`} aria-label={label} data-tip={label} aria-pressed={pressed} disabled={disabled} onClick={onClick}>{children}</button>
}

/* ---- measuring ---- */
export function useWidth<T extends HTMLElement>(): [React.RefObject<T | null>, number] {
  const ref = useRef<T>(null), [w, set] = useState(0)
  useEffect(() => {
    const el = ref.current
    if (!el) return
    set(el.clientWidth)
    const ro = new ResizeObserver(() => set(el.clientWidth))
    ro.observe(el)
    return () => ro.disconnect()
  }, [])
  return [ref, w]
}
export function useNarrow(query = '(max-width:767px)') {
  const [m, set] = useState(() => matchMedia(query).matches)
  useEffect(() => {
    const x = matchMedia(query), f = () => set(x.matches)
    x.addEventListener('change', f)
    return () => x.removeEventListener('change', f)
  }, [query])
  return m
}
/** Small, fixed, seeded: the same picture for the same data. */
export function seeded(seed: number) {
  let s = seed >>> 0
  return () => { s = (s + 0x6D2B79F5) | 0; let t = Math.imul(s ^ (s >>> 15), 1 | s); t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t; return ((t ^ (t >>> 14)) >>> 0) / 4294967296 }
}

/** Keys of a page (J K E / ?), ignored while somebody types. */
export function useKeys(map: Record<string, () => void>) {
  const held = useRef(map)
  held.current = map
  useEffect(() => {
    const h = (e: KeyboardEvent) => {
      const el = e.target as HTMLElement
      if (e.metaKey || e.ctrlKey || e.altKey || el.closest('input,textarea,select,[contenteditable],[role=dialog][aria-modal=true]')) return
      const f = held.current[e.key.length === 1 ? e.key.toLowerCase() : e.key]
      if (f) { e.preventDefault(); f() }
    }
    addEventListener('keydown', h)
    return () => removeEventListener('keydown', h)
  }, [])
}
