/* The list of UI §6: one table for whatever comes in keyset pages. Rows of one height are drawn only near the eye when there are many. */
import { useEffect, useRef, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useFormat } from '../text/format'
import type { Pages } from '../api/read'
import { useNarrow } from './index'

export type Column<R> = { key: string; title: string; width?: number; right?: boolean; hide?: string; cell: (r: R) => ReactNode }
type Props<R> = {
  pages: Pages<R>; rows: R[]; columns: Column<R>[]; rowKey: (r: R) => number; label: string
  current?: number; onPeek?: (r: R) => void; card: (r: R) => ReactNode
}
const ROW = 49, WINDOWED = 200, MARGIN = 20

export function List<R>({ pages, rows, columns, rowKey, label, current, onPeek, card }: Props<R>) {
  const narrow = useNarrow()
  const body = useRef<HTMLTableSectionElement>(null)
  const [from, to] = useWindow(body, rows.length, !narrow)
  if (narrow) return <><ul className="cards" aria-label={label}>{rows.map(r => <li key={rowKey(r)}>{card(r)}</li>)}</ul><Tail pages={pages} n={rows.length} /></>
  return (
    <>
      <table className="lt" aria-label={label} aria-rowcount={rows.length + 1}>
        <thead><tr>{columns.map(c => <th key={c.key} scope="col" className={`${c.right ? 'r ' : ''}${c.hide ?? ''}`} style={{ width: c.width }}>{c.title}</th>)}</tr></thead>
        <tbody ref={body}>
          {from > 0 && <tr aria-hidden style={{ height: from * ROW }}><td colSpan={columns.length} /></tr>}
          {rows.slice(from, to).map((r, i) => (
            <tr key={rowKey(r)} aria-rowindex={from + i + 2} aria-current={current === rowKey(r) || undefined} className={current === rowKey(r) ? 'on' : ''}
              onClick={e => { if (!(e.target as HTMLElement).closest('a,button,input')) onPeek?.(r) }}>
              {columns.map(c => <td key={c.key} className={`${c.right ? 'r ' : ''}${c.hide ?? ''}`}>{c.cell(r)}</td>)}
            </tr>
          ))}
          {to < rows.length && <tr aria-hidden style={{ height: (rows.length - to) * ROW }}><td colSpan={columns.length} /></tr>}
        </tbody>
      </table>
      <Tail pages={pages} n={rows.length} />
    </>
  )
}

function useWindow(body: React.RefObject<HTMLElement | null>, n: number, on: boolean): [number, number] {
  const [at, set] = useState<[number, number]>([0, WINDOWED])
  const many = on && n > WINDOWED
  useEffect(() => {
    if (!many) return
    const look = () => {
      const top = body.current?.getBoundingClientRect().top ?? 0
      const first = Math.max(0, Math.floor(-top / ROW) - MARGIN)
      set([first, first + Math.ceil(innerHeight / ROW) + 2 * MARGIN])
    }
    look()
    addEventListener('scroll', look, { passive: true })
    addEventListener('resize', look)
    return () => { removeEventListener('scroll', look); removeEventListener('resize', look) }
  }, [many, body])
  return many ? [Math.min(at[0], n), Math.min(at[1], n)] : [0, n]
}

/** How much is shown; asks for the next page when it comes into view. */
export function Tail<R>({ pages, n }: { pages: Pages<R>; n: number }) {
  const { t } = useTranslation('common')
  const f = useFormat()
  const ref = useRef<HTMLDivElement>(null)
  const { more, moreBusy, moreError } = pages
  const next = pages.data?.next
  useEffect(() => {
    const el = ref.current
    if (!el || !next || moreBusy || moreError) return
    const seen = new IntersectionObserver(es => { if (es[0].isIntersecting) more() }, { rootMargin: '400px' })
    seen.observe(el)
    return () => seen.disconnect()
  }, [more, next, moreBusy, moreError])
  const total = pages.data?.total
  const text = !next ? t('list.all', { total: total ?? n }) : total == null ? '' : t(pages.data?.more_than_total ? 'list.shown_over' : 'list.shown', { n: f.full(n), total: f.full(total) })
  return (
    <div className="more num" ref={ref} role="status">
      {moreError ? <>{t('list.more_failed')} <button type="button" className="lnk" onClick={more}>{t('trouble.again')}</button></> : text}
      {next && !moreError && <button type="button" className="sr" onClick={more}>{t('more')}</button>}
    </div>
  )
}
