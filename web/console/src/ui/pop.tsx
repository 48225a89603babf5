/* What opens beside its button: a small form or a menu. Escape and a click elsewhere close it, and the focus goes back. */
import { useEffect, useRef, useState, type ReactNode } from 'react'

type PopProps = { button: (open: boolean, toggle: () => void) => ReactNode; children: (close: () => void) => ReactNode; className?: string; up?: boolean; onOpen?: () => void }
export function Pop({ button, children, className = '', up, onOpen }: PopProps) {
  const [open, setOpen] = useState(false)
  const box = useRef<HTMLSpanElement>(null)
  useEffect(() => {
    if (!open) return
    const back = box.current?.querySelector<HTMLElement>('button')
    const out = (e: PointerEvent) => { if (!box.current?.contains(e.target as Node)) setOpen(false) }
    const esc = (e: KeyboardEvent) => { if (e.key === 'Escape') { e.stopPropagation(); setOpen(false); back?.focus() } }
    addEventListener('pointerdown', out)
    addEventListener('keydown', esc, true)
    return () => { removeEventListener('pointerdown', out); removeEventListener('keydown', esc, true) }
  }, [open])
  return (
    <span className="pop-b" ref={box}>
      {button(open, () => { if (!open) onOpen?.(); setOpen(!open) })}
      {open && <div className={`pop ${up ? 'up' : ''} ${className}`}>{children(() => setOpen(false))}</div>}
    </span>
  )
}

export type MenuItem = { key: string; label: ReactNode; apart?: boolean }
export function Menu({ items, none, label, choose }: { items: MenuItem[]; none: string; label: string; choose: (key: string) => void }) {
  const ref = useRef<HTMLDivElement>(null)
  useEffect(() => { ref.current?.querySelector<HTMLElement>('[role=menuitem]')?.focus() }, [items.length])
  const move = (e: React.KeyboardEvent) => {
    const to = { ArrowDown: 1, ArrowUp: -1 }[e.key]
    if (!to) return
    e.preventDefault()
    const all = [...(ref.current?.querySelectorAll<HTMLElement>('[role=menuitem]') ?? [])]
    all[(all.indexOf(document.activeElement as HTMLElement) + to + all.length) % all.length]?.focus()
  }
  if (items.length === 0) return <p className="i3 t13">{none}</p>
  return (
    <div role="menu" aria-label={label} ref={ref} onKeyDown={move}>
      {items.map(i => <button key={i.key} type="button" role="menuitem" tabIndex={-1} className={i.apart ? 'apart' : ''} onClick={() => choose(i.key)}>{i.label}</button>)}
    </div>
  )
}

type SegProps<V extends string> = { label: string; value: V; options: { value: V; label: string }[]; onChange: (v: V) => void; wide?: boolean }
/** One of few, side by side. */
export function Seg<V extends string>({ label, value, options, onChange, wide }: SegProps<V>) {
  const at = options.findIndex(o => o.value === value)
  return (
    <div className={`seg${wide ? ' wide' : ''}`} role="radiogroup" aria-label={label}>
      {options.map((o, i) => (
        <button key={o.value} type="button" role="radio" aria-checked={i === at} tabIndex={i === at ? 0 : -1} onClick={() => onChange(o.value)}
          onKeyDown={e => {
            const to = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[e.key]
            if (!to) return
            e.preventDefault()
            const next = (at + to + options.length) % options.length
            onChange(options[next].value)
            ;(e.currentTarget.parentElement?.children[next] as HTMLElement).focus()
          }}>{o.label}</button>
      ))}
    </div>
  )
}
