import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { CloudOff, Lock, RotateCw, SearchX } from 'lucide-react'
import type { Problem } from '../api/http'
import type { Read } from '../api/read'

/** Why something could not be read: the server's words, a code to quote, and a way to try again. */
export function Trouble({ problem, part, again }: { problem: Problem; part?: string; again?: () => void }) {
  const { t } = useTranslation('common')
  const closed = problem.status === 403, none = problem.status === 404
  const Icon = closed ? Lock : none ? SearchX : CloudOff
  const text = problem.code === 'offline' || problem.code === 'unreadable' ? t(`trouble.${problem.code}`) : none ? t('trouble.none_text') : problem.message
  return (
    <div className="empty trouble" role="alert">
      <Icon size={24} strokeWidth={1.4} className="i3" aria-hidden />
      <h2>{closed ? t('trouble.closed') : none ? t('trouble.none') : part ? t('trouble.part', { part }) : t('trouble.page')}</h2>
      <p>{text}</p>
      <div className="go">
        {again && !closed && !none && <button type="button" className="btn" onClick={again}><RotateCw size={13} strokeWidth={1.8} aria-hidden />{t('trouble.again')}</button>}
        <span className="mono i3">{problem.code}{problem.requestId ? ` · ${problem.requestId}` : ''}</span>
      </div>
    </div>
  )
}

/** A part of a page that reads: skeleton after 300 ms, trouble in words, old data dimmed while new comes. */
export function Part<T>({ read, name, skeleton, children }: { read: Read<T>; name?: string; skeleton?: ReactNode; children: (data: T) => ReactNode }) {
  const { t } = useTranslation('common')
  if (read.data !== undefined) {
    return (
      <div className={read.fetching && read.slow ? 'dim' : undefined}>
        {read.error && <p className="note-line warn" role="status">{t('trouble.old')}<button type="button" className="lnk" onClick={read.again}>{t('trouble.again')}</button></p>}
        {children(read.data)}
      </div>
    )
  }
  if (read.error) return <Trouble problem={read.error} part={name} again={read.again} />
  return read.slow ? <div role="status" aria-label={t('loading')}>{skeleton ?? <Lines n={4} />}</div> : <div className="hold" />
}

export function Lines({ n, height = 14, gap = 14 }: { n: number; height?: number; gap?: number }) {
  return <div className="lines" style={{ gap }} aria-hidden>{Array.from({ length: n }, (_, i) => <div key={i} className="skel" style={{ height, width: `${[92, 78, 86, 64][i % 4]}%` }} />)}</div>
}
export function Rows({ n }: { n: number }) {
  return (
    <div className="lines" aria-hidden>
      {Array.from({ length: n }, (_, i) => <div key={i} className="row" style={{ height: 48 }}><div className="skel" style={{ width: 28, height: 28, borderRadius: 14 }} /><div className="skel" style={{ flex: [.8, .9, .7][i % 3], height: 14 }} /></div>)}
    </div>
  )
}
