import { useRef, useState } from 'react'
import { Link, useSearchParams } from 'react-router'
import { useTranslation } from 'react-i18next'
import { FileUp } from 'lucide-react'
import { Problem, ly } from '../../api/http'
import { useRead } from '../../api/read'
import type { ImportList, ImportTargetsView, ImportView } from '../../api/types'
import { Page } from '../../app/shell'
import { useFormat } from '../../text/format'
import { Empty, Sec } from '../../ui'
import { Lines, Part } from '../../ui/states'
import { toast } from '../../ui/toast'
import { PeopleTabs } from '../people/tabs'
import { Job } from './job'
import { upload } from './upload'
import './import.css'

export default function Import() {
  const { t } = useTranslation('import')
  const [params] = useSearchParams()
  const job = Number(params.get('job')) || undefined
  const targets = useRead('import-targets', signal => ly.import.get_import_targets({ signal }))
  return (
    <Page h1 title={t('title')} group={job ? t('back') : undefined} back={job ? '/people/import' : undefined}>
      {!job && <PeopleTabs />}
      <Part read={targets} skeleton={<Lines n={6} />}>{d => (job ? <Job key={job} id={job} targets={d} /> : <Start targets={d} />)}</Part>
    </Page>
  )
}

function Start({ targets }: { targets: ImportTargetsView }) {
  const { t } = useTranslation('import')
  const read = useRead<ImportList>('imports', signal => ly.import.get_imports({ signal }), 5000)
  return (
    <>
      <Drop />
      <Sec title={t('list.title')}>
        <Part read={read} name={t('list.title')} skeleton={<Lines n={4} height={36} />}>
          {d => (d.items.length === 0 ? <Empty art={false} title={t('list.none')} text={t('list.none_text')} /> : <ul className="rowed">{d.items.map(x => <Row key={x.id} job={x} targets={targets} />)}</ul>)}
        </Part>
      </Sec>
    </>
  )
}

export const useTargetName = (targets: ImportTargetsView) => {
  const { i18n } = useTranslation()
  return (name: string) => { const x = targets.targets.find(y => y.name === name); return x ? (i18n.language === 'en' ? x.en : x.zh) : name }
}

function Row({ job, targets }: { job: ImportView; targets: ImportTargetsView }) {
  const { t } = useTranslation('import')
  const f = useFormat(), targetName = useTargetName(targets)
  return (
    <li>
      <div className="sp el"><Link to={`/people/import?job=${job.id}`} className="m">{job.name}</Link>
        <p className="t12 i3">{[job.target && targetName(job.target), f.when(job.made), job.rows > 0 && t('rows', { n: f.full(job.rows) }), job.refused > 0 && t('refused', { n: f.full(job.refused) })].filter(Boolean).join(' · ')}</p></div>
      <State job={job} />
    </li>
  )
}

export function State({ job }: { job: ImportView }) {
  const { t } = useTranslation('import')
  const name = job.state === 'done' && job.dry_run ? 'checked' : job.state
  return <span className={`chip im-${name}`}>{t(`state.${name}`)}</span>
}

/** A file is chosen or dropped, goes up in parts, and its page opens. */
function Drop() {
  const { t } = useTranslation('import')
  const [, setParams] = useSearchParams()
  const input = useRef<HTMLInputElement>(null)
  const [over, setOver] = useState(false)
  const [share, setShare] = useState<number>()
  async function take(file?: File) {
    if (!file || share !== undefined) return
    setShare(0)
    try { setParams({ job: String(await upload(file, setShare)) }) } catch (e) { toast((e as Problem).message, 'bad') }
    setShare(undefined)
  }
  return (
    <div className={`im-drop${over ? ' over' : ''}`} onDragOver={e => { e.preventDefault(); setOver(true) }} onDragLeave={() => setOver(false)}
      onDrop={e => { e.preventDefault(); setOver(false); void take(e.dataTransfer.files[0]) }}>
      <FileUp size={24} strokeWidth={1.4} className="i3" aria-hidden />
      {share === undefined ? (
        <>
          <p className="t14">{t('drop.text')}</p>
          <button type="button" className="btn primary" onClick={() => input.current?.click()}>{t('drop.choose')}</button>
          <input ref={input} type="file" className="sr" tabIndex={-1} aria-label={t('drop.choose')} accept=".csv,.txt,.tsv,.ndjson,.jsonl,.json,.xlsx" onChange={e => void take(e.target.files?.[0])} />
          <p className="t12 i3">{t('drop.note')}</p>
        </>
      ) : <Bar share={share} label={t('drop.busy')} />}
    </div>
  )
}

export function Bar({ share, label }: { share: number; label: string }) {
  const f = useFormat()
  const p = Math.round(Math.min(1, share) * 100)
  return <div className="im-bar"><div role="progressbar" aria-label={label} aria-valuenow={p} aria-valuemin={0} aria-valuemax={100}><i style={{ width: `${p}%` }} /></div><span className="t13 i2">{label} {f.full(p)}%</span></div>
}
