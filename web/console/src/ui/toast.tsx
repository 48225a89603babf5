/* Top centre, three seconds, one at a time: the effect and its rings. */
import { useEffect, useState, type ReactNode } from 'react'

type Toast = { text: ReactNode; tone: 'good' | 'bad'; id: number }
let tell: ((t: Toast) => void) | undefined
let count = 0
export function toast(text: ReactNode, tone: Toast['tone'] = 'good') { tell?.({ text, tone, id: ++count }) }

export function Toasts() {
  const [now, set] = useState<Toast | null>(null)
  useEffect(() => { tell = set; return () => { tell = undefined } }, [])
  useEffect(() => {
    if (!now) return
    const t = setTimeout(() => set(null), now.tone === 'bad' ? 6000 : 3000)
    return () => clearTimeout(t)
  }, [now])
  return <div className="toasts" role="status" aria-live="polite">{now && <div key={now.id} className={`toast ${now.tone}`}><span className="rp" aria-hidden><i /><i /></span><span>{now.text}</span></div>}</div>
}
